/** What has to be done to undo what was done since the last savepoint, newest first. */
export class UndoJournal {
  readonly #steps: (() => void)[] = [];

  savepoint(): void {
    if (this.#steps.length > 0) this.#steps.length = 0;
  }

  note(undo: () => void): void {
    this.#steps.push(undo);
  }

  rollback(): void {
    for (let index = this.#steps.length - 1; index >= 0; index--) this.#steps[index]?.();
    this.#steps.length = 0;
  }
}
