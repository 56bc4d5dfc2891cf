import type { Interval } from '../../base/evidence.ts'
import type { Verdict } from '../../base/verdict.ts'

/** An estimate and the line that it must keep to. */
export interface Bounded {
  readonly gate: string
  /** What was estimated, in plain words: the subject of the sentence. */
  readonly what: string
  readonly observed: number
  readonly interval: Interval
  readonly limit: number
  /** Whether the limit is the most or the least that is allowed. */
  readonly side: 'most' | 'least'
  readonly rows: number
  /** What else the reader should know; stands behind the sentence. */
  readonly notes?: readonly string[]
}

const MOST_ROWS_NAMED = 1e8

/** Pass: the whole interval keeps to the limit. Fail: the whole interval misses it. Else inconclusive, with what it would take. */
export function againstLimit(bounded: Bounded): Verdict {
  const { gate, what, observed, interval, limit, side, rows, notes = [] } = bounded
  const seen = { gate, observed, limit, interval, rows }
  const reach = `${what} ${figure(observed)} [${figure(interval.low)}, ${figure(interval.high)}]`
  const line = `the ${side} allowed, ${figure(limit)}`
  const also = notes.map((note) => `; ${note}`).join('')
  const keeps = side === 'most' ? interval.high <= limit : interval.low >= limit
  if (keeps) return { ...seen, outcome: 'pass', because: `${reach} keeps to ${line}${also}` }
  const misses = side === 'most' ? interval.low > limit : interval.high < limit
  if (misses) return { ...seen, outcome: 'fail', because: `${reach} misses ${line}${also}` }
  const because = `${reach} reaches to both sides of ${line}${also}`
  return { ...seen, outcome: 'inconclusive', because, needs: moreRows(bounded) }
}

/** An interval shrinks with √rows: how many more, were the estimate to stay where it is. */
function moreRows({ observed, interval, limit, rows }: Bounded): string {
  const [half, distance] = [(interval.high - interval.low) / 2, Math.abs(observed - limit)]
  const more = Math.ceil(rows * ((half / distance) ** 2 - 1))
  if (!(more < MOST_ROWS_NAMED)) return 'more rows than could be gathered'
  return `about ${Math.max(1, more)} more rows`
}

/** A number for a sentence: four decimals, and no more than six digits of a large one. */
export function figure(value: number): string {
  const text = Math.abs(value) >= 100 ? String(Number(value.toPrecision(6))) : value.toFixed(4)
  return Object.is(Number(text), -0) ? text.replace('-', '') : text
}
