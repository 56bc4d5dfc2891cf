import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

export interface Tally {
  readonly wanted: number
  readonly seed: number
  sent: number
  tookMs: number
  readonly kinds: Map<string, number>
  readonly statuses: Map<string, number>
  readonly problems: string[]
  /** Requests that got no answer, where the server may hang up or wait for more. Count. */
  unanswered: number
  /** Resident memory of the server, every five seconds. MB. */
  readonly memory: number[]
}

/** The result page, and whether nothing went wrong and all that was wanted was sent. */
export function reportOf(tally: Tally): { readonly text: string; readonly isFine: boolean } {
  const { wanted, seed, sent, tookMs, kinds, statuses, problems, unanswered, memory } = tally
  const crashes = problems.filter((said) => said.startsWith('the server ended')).length
  const unplanned = [...statuses].reduce((sum, [status, count]) => sum + (Number(status) >= 500 ? count : 0), 0)
  const rows = (counts: Map<string, number>) =>
    [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `| ${name} | ${count} |`)
  const lines = [
    '# What malformed requests do to Keepfit',
    '',
    'Made by `npm run proof:fuzz` (`-- --requests N` for another number). A `keepfit up` with a living model is asked with an',
    'admin token; the requests are made from the valid ones of its OpenAPI document, each wrong in at least one way, and some',
    'are no HTTP at all. Database and disk are there all the time, so every 5xx is an unplanned one.',
    '',
    `${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${cpus().length} cores, Node ${process.version}, seed ${seed}, ${Math.round(tookMs / 1000)} s.`,
    '',
    '| | |',
    '|---|---:|',
    `| requests | ${sent} |`,
    `| crashes | ${crashes} |`,
    `| unplanned 5xx | ${unplanned} |`,
    `| problems of any kind: a 5xx, a whole request without an answer, a stack trace or a path in an answer, an error in the log | ${problems.length} |`,
    `| without an answer, where the server hung up or waits for the rest | ${unanswered} |`,
    `| memory of the server at first, at most, and when it had taken in what came after (MB) | ${[memory[0] ?? 0, Math.max(...memory), memory.at(-1) ?? 0].map((mb) => mb.toFixed(0)).join(', ')} |`,
    '',
    'Afterwards the server answered, took in the next day, decided on it, its audit was whole, and it ended with 0, unless a',
    'problem below says otherwise. 2xx are requests that the mutation left valid.',
    '',
    '| status | answers |',
    '|---|---:|',
    ...rows(statuses),
    '',
    '| wrong in | requests |',
    '|---|---:|',
    ...rows(kinds),
    '',
    ...(sent < wanted ? [`**Only ${sent} of ${wanted} requests were sent before the time was over.**`, ''] : []),
    ...problems.map((said) => `- ${said.replaceAll('\n', ' ')}`),
  ]
  return { text: `${lines.join('\n').trimEnd()}\n`, isFine: problems.length === 0 && sent >= wanted }
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--exclude', '*'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}
