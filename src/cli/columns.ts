/** Columns aligned to the left, two blanks between them; the last one is as long as it is. */
export function columns(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, at) => Math.max(...all.map((row) => (row[at] ?? '').length)))
  return all.map((row) =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

/** A number in four significant digits, whole ones with separators; nothing for null. */
export function cellText(value: number | null): string {
  if (value === null) return ''
  if (Number.isInteger(value)) return value.toLocaleString('en-US')
  return Math.abs(value) < 0.001 ? value.toExponential(2) : String(Number(value.toPrecision(4)))
}
