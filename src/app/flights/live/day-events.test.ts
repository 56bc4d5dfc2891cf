import { expect, test } from 'vitest'
import { madeUpFlights } from '../../../../test/support/made-up-flights.ts'
import { FEATURES, flightStream } from '../stream.ts'
import { dayIsOver, eventsOfDay } from './day-events.ts'

const DAY = 86_400_000
const PER_DAY = 40
const FIRST = Date.UTC(2001, 0, 1)
const flights = flightStream(madeUpFlights(4, PER_DAY), { incidents: [], warmupDays: 1, rollingDays: 2, seed: 1 })

interface Sent {
  readonly id: string
  readonly type: string
  readonly time: number
  readonly predictionId?: string
  readonly label?: string
  readonly score?: number
  readonly version?: number
  readonly features?: Readonly<Record<string, unknown>>
}

function sent(window: number, answered: Parameters<typeof eventsOfDay>[2] = null): Sent[] {
  return eventsOfDay(flights, window, answered).map((line) => JSON.parse(line) as Sent)
}

test('a day tells of its own flights and of what became of those of the day before, in event time', () => {
  const events = sent(2)
  expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).sort((a, b) => a - b))
  for (const { time } of events) expect(Math.floor((time - FIRST) / DAY)).toBe(2)
  const ids = (type: string, of: readonly Sent[]) => of.filter((event) => event.type === type)
  expect(ids('prediction', events)).toHaveLength(PER_DAY)
  const before = new Set(ids('prediction', sent(1)).map(({ id }) => id))
  const labels = ids('label', events)
  expect(new Set(labels.map(({ predictionId }) => predictionId))).toEqual(before)
  expect(sent(0).filter(({ type }) => type === 'label')).toEqual([])
})

test('labels are those that were recorded, each a day after its flight left', () => {
  const flight = sent(1).find(({ type }) => type === 'prediction')
  const label = sent(2).find(({ predictionId }) => predictionId === flight?.id)
  expect(label?.time).toBe((flight?.time ?? 0) + DAY)
  const row = PER_DAY
  expect(flight?.id).toBe(`flight-${row}`)
  expect(label?.label).toBe(flights.stream.labels[row] === 1 ? 'late' : 'on time')
})

test('each flight has its own features, and its own score where a version answers', () => {
  const scores = Float32Array.from({ length: PER_DAY }, (_, i) => i / 64)
  const [silent] = sent(2)
  expect(silent).not.toHaveProperty('score')
  for (const [i, event] of sent(2, { version: 3, scores })
    .filter(({ type }) => type === 'prediction')
    .entries()) {
    expect(event).toMatchObject({ id: `flight-${2 * PER_DAY + i}`, score: i / 64, version: 3 })
    expect(Object.keys(event.features ?? {})).toEqual([...FEATURES])
    const distance = flights.stream.features.columns.find(({ name }) => name === 'distance')
    expect(event.features?.['distance']).toBe(distance?.values[2 * PER_DAY + i])
    expect(typeof event.features?.['origin']).toBe('string')
  }
})

test('the end of a day is later than all of it, and not later than the next', () => {
  const end = JSON.parse(dayIsOver(flights, 1)) as Sent
  expect(end).toMatchObject({ type: 'feedback', time: FIRST + 2 * DAY })
})
