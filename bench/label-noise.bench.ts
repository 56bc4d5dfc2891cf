import { existsSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { DuckDBInstance } from '@duckdb/node-api'
import { type Rng, seededRng } from '../src/base/rng.ts'
import { coarseCodes } from '../src/data/bin-codes.ts'
import { labelNoiseRule } from '../src/data/contract/label-noise.ts'
import { type Column, type Frame, frame, sliceRows } from '../src/data/frame.ts'
import { learnLayout, type ProfileLayout } from '../src/data/profile-layout.ts'
import { type Anchors, measureAnchors } from '../src/learners/anchors.ts'
import { type LabelNoise, labelNoise } from '../src/learners/label-noise.ts'

/** Rows with their binary label; `cuts` are the first rows of the slices. */
interface Stream {
  readonly name: string
  readonly features: Frame
  readonly labels: Float64Array
  readonly cuts: readonly number[]
}

type Harm = (label: number, row: number, rng: Rng) => number

const EMPTY = { rows: 0, columns: [] }
const connection = await (await DuckDBInstance.create(':memory:')).connect()

async function read(sql: string): Promise<Map<string, unknown[]>> {
  const reader = await connection.runAndReadAll(sql)
  const columns = reader.getColumnsJS()
  return new Map(reader.columnNames().map((name, at) => [name, columns[at] as unknown[]]))
}

function column(name: string, values: readonly unknown[]): Column {
  const missing = Uint8Array.from(values, (value) => (value === null ? 1 : 0))
  if (values.some((value) => typeof value === 'string')) {
    const codeOf = new Map<unknown, number>()
    for (const value of values) if (value !== null && !codeOf.has(value)) codeOf.set(value, codeOf.size)
    const codes = Int32Array.from(values, (value) => codeOf.get(value) ?? -1)
    return { name, kind: 'categorical', values: codes, missing, categories: [...codeOf.keys()].map(String) }
  }
  return {
    name,
    kind: 'numeric',
    values: Float64Array.from(values, (v) => (v === null ? Number.NaN : Number(v))),
    missing,
  }
}

/** Late departures, one flight in eight, cut by days. */
async function flights(days: number): Promise<Stream> {
  const file = new URL('../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url).pathname
  await connection.run(`create or replace table f as select row_number() over () as id, date, delay, distance,
    origin, destination, date_trunc('hour', date) as h, (delay > 15)::int as late from '${file}'`)
  await connection.run(`create or replace table ho as select origin, h, sum(late) l, count(*) n from f group by all`)
  await connection.run(`create or replace table so as select a.origin, a.h, sum(b.l)::double / sum(b.n) s
    from ho a join ho b on a.origin = b.origin and b.h >= a.h - interval 6 hour and b.h < a.h - interval 2 hour group by all`)
  await connection.run(`create or replace table sa as with ha as (select h, sum(l) l, sum(n) n from ho group by all)
    select a.h, sum(b.l)::double / sum(b.n) s from ha a join ha b
    on b.h >= a.h - interval 6 hour and b.h < a.h - interval 2 hour group by all`)
  const rows = await read(`select epoch_ms(f.date)::double as t, hour(f.date)::double as hour,
    isodow(f.date)::double as weekday, f.origin as origin, destination, distance::double as distance,
    so.s as late_here, sa.s as late_everywhere, late::double as label
    from f left join so on so.origin = f.origin and so.h = f.h left join sa on sa.h = f.h
    where hash(f.id) % 8 = 0 order by f.date, f.id`)
  const times = rows.get('t') as number[]
  const cuts: number[] = []
  let last = -1
  for (const [row, time] of times.entries()) {
    const span = Math.floor(time / (days * 86_400_000))
    if (span !== last) cuts.push(row)
    last = span
  }
  return stream(`flights, ${days} day${days > 1 ? 's' : ''}`, rows, cuts)
}

async function shared(file: string, sliceRowsWanted: number): Promise<Stream> {
  const rows = await read(`select * from '${file}'`)
  const total = (rows.get('label') as unknown[]).length
  const cuts = Array.from({ length: Math.floor(total / sliceRowsWanted) }, (_, i) => i * sliceRowsWanted)
  return stream(`${file.replace(/.*\/|\..*/g, '')}, ${sliceRowsWanted} rows`, rows, cuts)
}

function stream(name: string, rows: Map<string, unknown[]>, cuts: number[]): Stream {
  const names = [...rows.keys()].filter((key) => key !== 't' && key !== 'label')
  const label = rows.get('label') as unknown[]
  const classes = [...new Set(label.map(String))].sort()
  const features = frame(names.map((key) => column(key, rows.get(key) as unknown[])))
  return { name, features, labels: Float64Array.from(label, (value) => classes.indexOf(String(value))), cuts }
}

function slicesOf(source: Stream, layout: ProfileLayout, harm: Harm): { anchors: Anchors[]; ms: number } {
  const anchors: Anchors[] = []
  const started = performance.now()
  for (const [i, from] of source.cuts.entries()) {
    const to = source.cuts[i + 1] ?? source.labels.length
    const rng = seededRng(i + 1)
    const labels = source.labels.slice(from, to).map((label, row) => harm(label, from + row, rng))
    const features = coarseCodes(source.features, layout, from, to)
    anchors.push(measureAnchors({ task: { kind: 'binary' }, features, labels }, rng))
  }
  return { anchors, ms: (performance.now() - started) / source.cuts.length }
}

function quantiles(noise: readonly LabelNoise[]): string {
  const values = noise.flatMap((one) => (one.kind === 'measured' ? [one.current] : [])).sort((a, b) => a - b)
  if (values.length === 0) return '–'
  const at = (q: number) =>
    (values[Math.min(values.length - 1, Math.floor(q * values.length))] ?? Number.NaN).toFixed(2)
  return [0, 0.05, 0.5, 0.95, 1].map(at).join(' · ')
}

function flip(share: number): Harm {
  return (label, _row, rng) => (rng() < share ? 1 - label : label)
}

function harmsOf(source: Stream): [string, Harm][] {
  const harms: [string, Harm][] = [
    ['clean', (label) => label],
    ['20 % flipped', flip(0.2)],
    ['30 % flipped', flip(0.3)],
    ['40 % flipped', flip(0.4)],
    ['30 % of class 0 flipped', (label, _row, rng) => (label === 0 && rng() < 0.3 ? 1 : label)],
    ['rule inverted everywhere', (label) => 1 - label],
  ]
  for (const column of source.features.columns) {
    if (column.name === 'hour')
      harms.push(['rule inverted from 17:00', (y, row) => (column.values[row]! >= 17 ? 1 - y : y)])
    if (column.name !== 'origin' || column.kind !== 'categorical') continue
    const rows = new Map<number, number>()
    for (const code of column.values) rows.set(code, (rows.get(code) ?? 0) + 1)
    const busiest = [...rows].sort((a, b) => b[1] - a[1]).map(([code]) => code)
    const six = new Set(busiest.slice(0, 6))
    harms.push(['rule inverted at the 6 busiest airports', (y, row) => (six.has(column.values[row]!) ? 1 - y : y)])
    harms.push(['rule inverted at every third airport', (y, row) => (column.values[row]! % 3 === 0 ? 1 - y : y)])
  }
  return harms
}

function report(source: Stream): void {
  const warmUp = Math.max(4, Math.round(source.cuts.length / 6))
  const layout = learnLayout(sliceRows(source.features, 0, source.cuts[warmUp]!))
  const config = labelNoiseRule.config.parse({ rule: 'label-noise' })
  const references = slicesOf(source, layout, (label) => label).anchors.slice(0, warmUp)
  console.log(`\n**${source.name}**, ${source.cuts.length} slices, the first ${warmUp} are the reference\n`)
  console.log('| labels | flipped share: min · 5 % · median · 95 % · max | breaches |\n|---|---|---|')
  for (const [name, harm] of harmsOf(source)) {
    const { anchors, ms } = slicesOf(source, layout, harm)
    const noise = anchors.map((one) => labelNoise(references, one))
    const findings = noise.map((one) =>
      labelNoiseRule.check(
        { reference: EMPTY, referenceWindows: [], current: EMPTY, labelNoise: one.kind === 'measured' ? one : null },
        config,
      ),
    )
    const breaches = findings.filter((finding) => finding.kind === 'breach').length
    const silent = findings.filter((finding) => finding.kind === 'insufficient').length
    const because = silent > 0 ? `, ${silent} insufficient` : ''
    console.log(`| ${name} | ${quantiles(noise)} | ${breaches} of ${findings.length}${because} |`)
    if (name === 'clean') timing.push(`${source.name}: ${ms.toFixed(1)} ms a slice`)
  }
}

const timing: string[] = []
report(await flights(1))
report(await flights(2))
const folder = new URL('../../shared/datasets/', import.meta.url).pathname
for (const [file, rows] of [
  ['elec2.csv', 1000],
  ['noaa_weather.parquet', 1000],
  ['bank_marketing.parquet', 1000],
  ['syn_sea_abrupto.parquet', 1000],
  ['syn_mixed_abrupto.parquet', 1000],
  ['syn_stagger_abrupto.parquet', 1000],
] as const) {
  if (existsSync(folder + file)) report(await shared(folder + file, rows))
}
console.log(`\nTime on this machine: ${timing.join('; ')}.`)
