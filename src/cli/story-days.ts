import { MS_PER_DAY } from '../base/units.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** 2001-03-05 as `Mar 05`. */
export function shortDay(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1] ?? '?'} ${day.slice(8, 10)}`
}

/** `Mar 05`, `Mar 05–11` or `Mar 29–Apr 02`. */
export function shortSpan(from: string, to: string): string {
  if (from === to) return shortDay(from)
  return from.slice(0, 7) === to.slice(0, 7)
    ? `${shortDay(from)}–${to.slice(8, 10)}`
    : `${shortDay(from)}–${shortDay(to)}`
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * MS_PER_DAY).toISOString().slice(0, 10)
}
