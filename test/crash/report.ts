import { execFileSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'
import type { CampaignResult } from './campaign.ts'
import type { Hunt } from './mutants.ts'

export interface Proof {
  readonly results: readonly CampaignResult[]
  readonly hunts: readonly Hunt[]
  readonly seed: string
  readonly tookMs: number
  /** What the whole proof is. */
  readonly wanted: { readonly kills: number; readonly events: number }
}

/** The result file, and whether nothing was violated and every mutant was caught. */
export function reportOf({ results, hunts, seed, tookMs, wanted }: Proof): {
  readonly text: string
  readonly isFine: boolean
} {
  const struck = results.flatMap((result) => result.struck)
  const violations = results.flatMap((result) => result.violations)
  const sum = (of: (result: CampaignResult) => number) => results.reduce((total, result) => total + of(result), 0)
  const lost = violations.filter((said) => /is lost|is lost in|was acknowledged, and is lost/.test(said)).length
  const doubled = violations.filter((said) => /doubled|is there \d+ times/.test(said)).length
  const lines = [
    '# What kills do to Keepfit',
    '',
    'Made by `npm run proof:crash -- --report FILE`. A service sends events without a pause, two models are trained and promoted,',
    'trainers misbehave, and processes are killed at random moments. After each fault everything in `test/crash/invariants/` is checked.',
    '',
    `${new Date().toISOString().slice(0, 10)}, commit ${commit()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}, seed ${seed}, ${Math.round(tookMs / 60_000)} minutes.`,
    '',
    '| | |',
    '|---|---|',
    `| faults | ${struck.length} |`,
    `| violations | ${violations.length} |`,
    `| events acknowledged | ${sum((result) => result.acknowledged)} |`,
    `| of them lost, doubled | ${lost}, ${doubled} |`,
    `| repeats that changed nothing | ${sum((result) => result.repeats)} |`,
    `| other content under a known id, refused | ${sum((result) => result.conflicts)} |`,
    `| windows with labels | ${sum((result) => result.windows)} |`,
    `| versions, changes of who serves | ${sum((result) => result.versions)}, ${sum((result) => result.changes)} |`,
    `| runs taken over | ${sum((result) => result.takeovers)} |`,
    `| events sealed as Parquet, artifacts taken away | ${sum((result) => result.sealed)}, ${sum((result) => result.collected)} |`,
    `| messages delivered | ${sum((result) => result.messages)} |`,
    '',
    ...pace(results, wanted),
    '| fault | times | ready again: median | p99 | longest |',
    '|---|---:|---:|---:|---:|',
    ...[...new Set(struck.map(({ fault, layout }) => `${fault} (${layout})`))].sort().map((name) => {
      const times = struck
        .filter(({ fault, layout }) => `${fault} (${layout})` === name)
        .map(({ recoveryMs }) => recoveryMs)
      return `| ${name} | ${times.length} | ${seconds(times, 0.5)} | ${seconds(times, 0.99)} | ${seconds(times, 1)} |`
    }),
    '',
    ...results.flatMap(({ layout, missed }) => missed.map((name) => `- never struck (${layout}): ${name}`)),
    ...violations.map((said) => `- ${said.split('\n')[0]}`),
    ...(hunts.length === 0 ? [] : ['## Mistakes put into the product', '', '| mistake | what saw it |', '|---|---|']),
    ...hunts.map(
      ({ mutant, caught }) => `| ${mutant} | ${caught?.split('\n')[0]?.replaceAll('|', '/') ?? '**nothing**'} |`,
    ),
  ]
  return {
    text: `${lines.join('\n').trimEnd()}\n`,
    isFine:
      violations.length === 0 &&
      results.every(({ missed }) => missed.length === 0) &&
      hunts.every(({ caught }) => caught !== null),
  }
}

/** How far it came of what was wanted, and how long all of it would take here. */
function pace(results: readonly CampaignResult[], { kills, events }: Proof['wanted']): readonly string[] {
  const faults = results.reduce((total, { struck }) => total + struck.length, 0)
  if (faults === 0) return []
  const acknowledged = results.reduce((total, one) => total + one.acknowledged, 0)
  const striking = results.reduce((total, { tookMs, endMs }) => total + tookMs - endMs, 0)
  const ending = results.reduce((total, { endMs }) => total + endMs, 0)
  const perFault = striking / faults
  const whole = Math.round((200 * perFault + ending) / 60_000)
  return [
    `${faults} of ${kills} faults and ${acknowledged} of ${events} events were reached.`,
    `A fault took ${(perFault / 1000).toFixed(1)} s with everything that is looked at after it, the last looks ${(ending / 1000).toFixed(0)} s:`,
    `200 faults and 500,000 events take about ${whole} minutes on this machine, without the mistakes below.`,
    '',
  ]
}

function seconds(times: readonly number[], share: number): string {
  const sorted = [...times].sort((a, b) => a - b)
  const at = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return `${(at / 1000).toFixed(1)} s`
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
