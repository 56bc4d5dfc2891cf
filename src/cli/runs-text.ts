import type { Run, RunDetail } from '../http/shapes/runs.ts'

/** Runs as lines, newest first. */
export function runsText(runs: readonly Run[]): string {
  if (runs.length === 0) return 'No training has run yet.\n'
  const rows = runs.map((run) => [
    `${run.model} ${run.number}`,
    run.state,
    run.version === null ? '' : `version ${run.version}`,
    where(run),
    new Date(run.queuedAt).toISOString().slice(0, 16).replace('T', ' '),
    run.because,
  ])
  return `${table(['run', 'state', 'gave', 'where', 'queued', 'because'], rows)}\n`
}

/** One run with its steps and verdicts. */
export function runText({ run, steps, verdicts, notes, snapshot, epoch, owner }: RunDetail): string {
  const lines = [
    `run ${run.number} of ${run.model}: ${run.state}`,
    `because: ${run.because} (${run.actor})`,
    ...(run.summary === null ? [] : [run.summary]),
    ...(epoch > 1 ? [`attempt ${epoch}${owner === null ? '' : ` by process ${owner}`}`] : []),
    ...(snapshot === null ? [] : [`snapshot ${snapshot.md5} in ${snapshot.path}`]),
    ...notes,
  ]
  const done = steps.map(({ step, startedAt, endedAt, result, epoch: attempt }) => [
    step,
    String(attempt),
    endedAt === null ? '…' : `${((endedAt - startedAt) / 1000).toFixed(1)} s`,
    result ?? '',
  ])
  const said = verdicts.map(({ gate, outcome, observed, limit, interval, rows, because }) => [
    gate,
    outcome,
    number(observed),
    number(limit),
    interval === null ? '' : `[${number(interval.low)}, ${number(interval.high)}]`,
    String(rows),
    because,
  ])
  return [
    `${lines.join('\n')}\n`,
    done.length === 0 ? '' : `\n${table(['step', 'attempt', 'took', 'what came of it'], done)}\n`,
    said.length === 0 ? '' : `\n${table(['gate', 'says', 'observed', 'limit', 'interval', 'rows', 'because'], said)}\n`,
  ].join('')
}

function where(run: Run): string {
  if (run.state === 'queued') return run.cancelRequestedAt === null ? 'waits for a worker' : 'is being cancelled'
  if (run.state !== 'running') return run.summary ?? ''
  const part = run.progress === null ? '' : ` ${Math.round(run.progress * 100)} %`
  return `${run.step ?? 'begins'}${part}${run.cancelRequestedAt === null ? '' : ', is being cancelled'}`
}

function number(value: number | null): string {
  return value === null ? '' : Number(value.toPrecision(4)).toString()
}

/** Columns aligned to the left; the last one is as long as it is. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, at) => Math.max(...all.map((row) => (row[at] ?? '').length)))
  return all
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
