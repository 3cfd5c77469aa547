/**
 * Names of fields: `^[a-z_][a-z_0-9]+(\.[a-z_0-9]+)*$`, without the line feed that Python's `$` would let pass. The first
 * part has two characters or more and no digit in front; the others have one or more.
 */
export function isFieldName(name: string): boolean {
  const first = name.charCodeAt(0);
  if (!(isNameCode(first) && !isDigit(first))) return false;
  let length = 1;
  let part = 0;
  for (let index = 1; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (code === 46) {
      if (length === 0 || (part === 0 && length < 2)) return false;
      part += 1;
      length = 0;
    } else if (isNameCode(code)) {
      length += 1;
    } else {
      return false;
    }
  }
  return length > 0 && (part > 0 || length >= 2);
}

function isNameCode(code: number): boolean {
  return (code >= 97 && code <= 122) || code === 95 || isDigit(code);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
