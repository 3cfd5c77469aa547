/**
 * Watches the space that the store can still use.
 *
 *     room ≥ reserve                 everything goes on
 *     reserve / 4 ≤ room < reserve   low: every queue counts as full; what is under way still ends
 *     room < reserve / 4             none: units that need space wait; acknowledgements go on, they free space
 */
export type SpaceLevel = "enough" | "low" | "none";

export const defaultReserveBytes = 64 << 20;
const shortest = 250;
const longest = 2000;

export class FreeSpace {
  readonly #room: () => number;
  readonly #reserve: number;
  #level: SpaceLevel = "enough";
  #bytes = 0;
  #nextLook = 0;
  /** Bytes that may be written before the next look. */
  #allowance = 0;

  /** `room` gives the bytes that can still be written. */
  constructor(room: () => number, reserve: number) {
    this.#room = room;
    this.#reserve = reserve;
  }

  /** Bytes at the last look. */
  get bytes(): number {
    return this.#bytes;
  }

  get reserve(): number {
    return this.#reserve;
  }

  /** Looks again when the last look is old enough, more often when there is little; `now` in milliseconds. */
  level(now: number): SpaceLevel {
    if (now < this.#nextLook) return this.#level;
    this.#bytes = this.#room();
    // Going on needs a tenth more than stopping, so that it does not change to and fro.
    const margin = this.#level === "enough" ? 1 : 1.1;
    if (this.#bytes >= this.#reserve * margin) this.#level = "enough";
    else this.#level = this.#bytes >= this.#reserve / 4 ? "low" : "none";
    const far = this.#bytes > this.#reserve * 4;
    this.#allowance = (this.#bytes - this.#reserve) / 4;
    this.#nextLook = now + (far ? longest : shortest);
    return this.#level;
  }

  /** So many bytes were written: much of them make the next look come sooner. */
  used(bytes: number): void {
    this.#allowance -= bytes;
    if (this.#allowance < 0 && this.#level === "enough") this.#nextLook = 0;
  }

  /** Writing failed although there seemed to be space. */
  lookAgain(): void {
    this.#nextLook = 0;
  }
}
