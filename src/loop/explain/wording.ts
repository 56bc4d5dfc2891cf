/** A number as people read it: four significant digits, and whole numbers as they are. The record holds no infinity. */
export function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'no finite number'
  if (Number.isInteger(value)) return value.toLocaleString('en-US')
  const size = Math.abs(value)
  return size >= 0.001 && size < 1e6 ? String(Number(value.toPrecision(4))) : value.toExponential(2)
}

/** `0.0041 [−0.001, 0.0092]` */
export function spanned(value: number, interval: { readonly low: number; readonly high: number } | null): string {
  return interval === null ? figure(value) : `${figure(value)} [${figure(interval.low)}, ${figure(interval.high)}]`
}

/** `n = 1,204` */
export function onRows(rows: number): string {
  return `n = ${figure(rows)}`
}

/** `1 window`, `3 windows` */
export function counted(count: number, noun: string): string {
  return `${figure(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `a`, `a and b`, `a, b and c` */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? ''
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
