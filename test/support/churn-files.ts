import { churnDay } from './churn-events.ts'

interface Prediction {
  readonly id: string
  readonly time: number
  readonly features: Readonly<Record<string, number | string>>
}
interface Label {
  readonly label: number
}

/** Days of events, one a line. */
export function lines(days: readonly number[], rows: number): string {
  return `${days
    .flatMap((day) => churnDay(day, { rows }))
    .map((event) => JSON.stringify(event))
    .join('\n')}\n`
}

/** The same days as the table that a team would have of them. */
export function sample(days: number, perDay: number): string {
  const rows = Array.from({ length: days }, (_, day) => churnDay(day, { rows: perDay })).flatMap((events) =>
    events.flatMap((event, at) => {
      if (at % 2 === 1) return []
      const { id, time, features } = event as Prediction
      const { label } = events[at + 1] as Label
      return [[id, new Date(time).toISOString(), features['x'], features['y'], features['plan'], label].join(',')]
    }),
  )
  return `id,time,x,y,plan,churned\n${rows.join('\n')}\n`
}

/** Mode advise, a proposal each window, a trainer that never ends. */
export function advising(text: string): string {
  return text
    .replace('mode: auto', 'mode: advise')
    .replace(
      /triggers:\n {6}- trigger: avoidable-loss\n(?: {8}.*\n)+/,
      'triggers:\n      - { trigger: schedule, everyWindows: 1 }\n',
    )
    .replace(/trainer:\n(?: {6}.*\n)+/, 'trainer: { trainer: command, command: [node, slow.mjs] }\n')
}
