/**
 * What the durable system takes: every figure of speed and size that is claimed, in one run; writes durable.md and durable.json.
 *
 *   node bench/durable.mjs [--only 1,3] [--quick] [--built DIR]
 *
 * With --only the other parts of the page stay as they were measured before; each says when, and at what load.
 *
 * 1 sealed window · 2 memory · 3 decisions · 4 idle models · 5 ready times · 6 ingest (bench/ingest.mjs).
 * --quick: a twentieth of the sizes, to see that it runs; nothing is written. --built: a folder with bin/ and dist/.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { decisions, idleModels, memory, readyTimes, sealedWindow } from './durable/claims.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    built: { type: 'string' },
  },
})
const root = values.built === undefined ? dirname(HERE) : resolve(values.built)
const log = (text) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)
const CLAIMS = [
  { number: 1, title: 'A sealed window', measure: sealedWindow },
  { number: 2, title: 'Memory', measure: memory },
  { number: 3, title: 'Decisions', measure: decisions },
  { number: 4, title: 'Idle models', measure: idleModels },
  { number: 5, title: 'Ready', measure: readyTimes },
  { number: 6, title: 'Ingest', measure: ingest },
]
const wanted = values.only?.split(',').map(Number) ?? CLAIMS.map(({ number }) => number)
const base = mkdtempSync(join(tmpdir(), 'keepfit-durable-'))
let folders = 0
const world = {
  bin: join(root, 'bin', 'keepfit'),
  built: join(root, 'dist'),
  quick: values.quick,
  log,
  temporary: (name) => mkdtempSync(join(base, `${name}-${folders++}-`)),
}

function ingest({ quick }) {
  const run = spawnSync(process.execPath, [join(root, 'bench', 'ingest.mjs'), '--seconds', quick ? '3' : '20'], {
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(run.stderr)
  const [, perSecond] = /([\d]+) events\/s durable/.exec(run.stdout) ?? []
  const [, singles, p99] = /: (\d+) requests\/s; p50 [\d.]+ ms, p99 ([\d.]+) ms/.exec(run.stdout) ?? []
  const line = (what, goal, measured, met) => ({ what, goal, measured, n: 1, met, note: '' })
  return [
    line('durable ingest, NDJSON, 1,000 events a request', '≥ 10,000/s', `${perSecond}/s`, Number(perSecond) >= 10_000),
    line('single events at 32 connections', '≥ 2,000/s', `${singles}/s`, Number(singles) >= 2000),
    line('the same, p99', '< 50 ms', `${p99} ms`, Number(p99) < 50),
  ]
}

const KEPT = join(HERE, 'durable.json')
const day = new Date().toISOString().slice(0, 10)
const results = []
try {
  for (const { number, title, measure } of CLAIMS.filter((claim) => wanted.includes(claim.number))) {
    log(`${number} ${title}`)
    const before = loadavg()[0]
    try {
      const lines = await measure(world)
      results.push({ number, title, day, before, after: loadavg()[0], lines })
      for (const one of lines) log(`  ${one.what}: ${one.measured} ${one.note}`)
    } catch (error) {
      log(String(error))
      process.exitCode = 1
      results.push({
        number,
        title,
        day,
        before,
        after: loadavg()[0],
        lines: [{ what: title, goal: '', measured: 'failed', n: 0, met: false, note: String(error) }],
      })
    }
  }
} finally {
  rmSync(base, { recursive: true, force: true })
}
const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`
process.stdout.write(page(results))
if (!values.quick) {
  const before = existsSync(KEPT) ? JSON.parse(readFileSync(KEPT, 'utf8')).results : []
  const all = [...before.filter(({ number }) => !wanted.includes(number)), ...results].sort(
    (a, b) => a.number - b.number,
  )
  writeFileSync(join(HERE, 'durable.md'), page(all))
  writeFileSync(KEPT, `${JSON.stringify({ machine, results: all }, null, 1)}\n`)
}

function page(parts) {
  const row = ({ what, goal, measured, n, met, note }) =>
    `| ${what} | ${goal} | ${measured}${note === '' ? '' : ` (${note})`} | ${n} | ${met === null ? '' : met ? 'yes' : '**no**'} |`
  return [
    '# What the durable system takes',
    '',
    `\`node bench/durable.mjs${values.quick ? ' --quick' : ''}\` makes this page, in parts with \`--only\`.${values.quick ? ' **Quick: small sizes, not to be quoted.**' : ''}`,
    '',
    machine,
    '',
    '| what | goal | measured | n | met |',
    '|---|---|---|---|---|',
    ...parts.flatMap(({ lines }) => lines.map(row)),
    '',
    ...parts.map(
      ({ title, day: on, before, after }) =>
        `Load before and after *${title}* (${on}): ${before.toFixed(1)}, ${after.toFixed(1)}.`,
    ),
    '',
    'How it is measured: client and server share the machine. *A sealed window*: events written into the product’s tables by SQL, sealed by the product’s own code; read and summarised (`readWindowRows`, `profileRows`) in a process that did so once before; files in the page cache, digest checked at the first read only. *Memory*: resident set of Node and its workers, proportional set of all Postgres processes, a minute after the last work. *Decisions*: 10 features, labels of the day before completed by the last acknowledged request; the clock stops when the step that heard of the labels is committed and another connection sees it (asked every 10 ms). *Idle models*: processor time of all processes. *Ready*: from the start of the process to its line.',
    'Left out: cold disks, other machines, windows with many corrections (they are read event by event), features that were told as several kinds of values (their JSON is read), time for sealing itself.',
    '',
  ].join('\n')
}
