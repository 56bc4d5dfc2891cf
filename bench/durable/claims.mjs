// One function a claim: each gives lines { what, goal, measured, n, met }.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseUrl, memoryOf, openClient, processorSeconds, quantile, startUp } from './server.mjs'
import { declareModel, FIRST, insertEvents, openFirst, sealAll } from './stored-events.mjs'

const DAY_MS = 86_400_000
const FEATURES = 50
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`
const mb = (x) => `${Math.round(x)} MB`

/** A window of sealed events, from the question to its summary, in a process of its own that has read one before. */
export async function sealedWindow({ bin, built, quick, temporary }) {
  const rows = quick ? 50_000 : 1_000_000
  const repeats = quick ? 3 : 7
  const folder = temporary('window')
  const server = await startUp({ bin, folder })
  const client = await openClient(folder)
  const load = async (...path) => import(join(built, ...path))
  const { openDatabase } = await load('store', 'postgres', 'database.js')
  const { readWindowRows } = await load('store', 'events', 'read-rows.js')
  const { profileRows } = await load('data', 'profile.js')
  const { learnLayout } = await load('data', 'profile-layout.js')
  const { sliceRows } = await load('data', 'frame.js')
  const database = await openDatabase(databaseUrl(folder))
  const dataFolder = join(folder, '.keepfit')
  const schema = {
    task: { kind: 'binary', classes: ['0', '1'] },
    features: Array.from({ length: FEATURES }, (_, k) => ({ name: `f${k}`, kind: 'numeric' })),
  }
  const asked = { model: 'wide', schema, start: FIRST, end: FIRST + DAY_MS, upToSeq: null, upToTime: null }
  const times = { open: [], read: [], profile: [], whole: [], labels: [] }
  try {
    await openFirst(built, database)
    await declareModel(client, 'wide')
    const small = quick ? 5_000 : 20_000
    await insertEvents(client, { model: 'wide', from: 0, rows: small, features: FEATURES })
    for (let i = 0; i <= repeats; i++) {
      const began = performance.now()
      await readWindowRows({ database, dataFolder }, { ...asked, labels: null })
      if (i > 0) times.open.push(performance.now() - began)
    }
    await declareModel(client, 'sealed')
    await insertEvents(client, { model: 'sealed', from: 10_000_000, rows, features: FEATURES })
    await sealAll(built, database, dataFolder)
    const of = { ...asked, model: 'sealed' }
    let layout = null
    for (let i = 0; i <= repeats; i++) {
      const began = performance.now()
      const found = await readWindowRows({ database, dataFolder }, { ...of, labels: null })
      const read = performance.now()
      layout ??= learnLayout(sliceRows(found.features, 0, Math.min(20_000, rows)))
      const learned = performance.now()
      profileRows(found.features, layout)
      const done = performance.now()
      if (found.ids.length !== rows) throw new Error(`${found.ids.length} rows, not ${rows}`)
      if (i === 0) continue
      times.read.push(read - began)
      times.profile.push(done - learned)
      times.whole.push(read - began + done - learned)
    }
    for (let i = 0; i < Math.min(3, repeats); i++) {
      const began = performance.now()
      const found = await readWindowRows({ database, dataFolder }, { ...of, labels: { absentAs: null } })
      if (found.labels.some(Number.isNaN)) throw new Error('a label is missing')
      times.labels.push(performance.now() - began)
    }
    const median = (list) => quantile(list, 0.5)
    const size = `${rows.toLocaleString('en')} × ${FEATURES}`
    return [
      line(
        `a sealed window of ${size} read and summarised`,
        '< 3 s',
        seconds(median(times.whole)),
        repeats,
        median(times.whole) < 3000,
        `largest ${seconds(Math.max(...times.whole))}`,
      ),
      line('of it reading', '', seconds(median(times.read)), repeats),
      line('of it summarising', '', seconds(median(times.profile)), repeats),
      line('read with its labels (when they mature)', '', seconds(median(times.labels)), times.labels.length),
      line(
        `a window of ${small.toLocaleString('en')} × ${FEATURES} read from Postgres`,
        '',
        seconds(median(times.open)),
        repeats,
      ),
    ]
  } finally {
    await client.end()
    await database.close()
    await server.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What an `up` without work holds, and what it holds beside ten million stored events. */
export async function memory({ bin, built, quick, temporary, log }) {
  const parts = quick ? 2 : 20
  const each = quick ? 10_000 : 250_000
  const restMs = quick ? 5_000 : 60_000
  const folder = temporary('memory')
  let server = await startUp({ bin, folder })
  const lines = []
  const said = (what, goal, { node, postgres }, most) =>
    lines.push(
      line(what, goal, mb(node + postgres), 1, node + postgres < most, `Node ${mb(node)}, Postgres ${mb(postgres)}`),
    )
  try {
    await sleep(restMs)
    said('memory of an idle up', '< 400 MB', memoryOf(server, folder), 400)
    const client = await openClient(folder)
    const { openDatabase } = await import(join(built, 'store', 'postgres', 'database.js'))
    const database = await openDatabase(databaseUrl(folder))
    await openFirst(built, database)
    await declareModel(client, 'stored')
    for (let part = 0; part < parts; part++) {
      // The last two parts stay in Postgres, as the newest day of a stream does.
      await insertEvents(client, {
        model: 'stored',
        from: part * each,
        rows: each,
        features: 10,
        firstTime: FIRST + part * DAY_MS,
      })
      if (part % 2 === 1 && part < parts - 1) await sealAll(built, database, join(folder, '.keepfit'))
      log(`${((part + 1) * each * 2).toLocaleString('en')} events stored`)
    }
    await client.end()
    await database.close()
    const events = (parts * each * 2).toLocaleString('en')
    await sleep(restMs)
    said(`the same with ${events} events stored`, '< 800 MB', memoryOf(server, folder), 800)
    await server.end('SIGTERM')
    server = await startUp({ bin, folder })
    lines.push(line(`ready again with ${events} events`, '≤ 5 s', seconds(server.readyMs), 1, server.readyMs <= 5000))
    await sleep(restMs)
    said(`and after a restart`, '< 800 MB', memoryOf(server, folder), 800)
    return lines
  } finally {
    await server.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** From the last acknowledged label of a window to the committed step that it matured in; and what the API feels of it. */
export async function decisions({ bin, quick, temporary, log }) {
  const lines = []
  for (const rows of quick ? [500] : [2_000, 20_000])
    lines.push(...(await decisionsOf({ bin, rows, windows: quick ? 5 : 30, temporary, log })))
  return lines
}

async function decisionsOf({ bin, rows, windows, temporary, log }) {
  const folder = temporary(`decisions-${rows}`)
  const model = (name) =>
    `  ${name}:\n    task: binary\n    time: time\n    label: { column: y, positive: '1', delay: 30d, share: 1 }\n    windows: { every: 1d }\n    warmupWindows: 4\n    mode: observe\n`
  writeFileSync(join(folder, 'keepfit.yaml'), `version: 1\nmodels:\n${model('busy')}${model('side')}`)
  const server = await startUp({ bin, folder })
  const client = await openClient(folder)
  const next = async () =>
    (await client.query("select phase, next_matured, next_window from loop_state where model = 'busy'")).rows[0]
  const until = async (isSo, everyMs) => {
    for (const began = performance.now(); performance.now() - began < 300_000; await sleep(everyMs))
      if (isSo(await next())) return
    throw new Error(`it never came: ${JSON.stringify(await next())}`)
  }
  const sides = { quiet: [], busy: [], into: null, sent: 0 }
  const side = async () => {
    for (let i = sides.sent++; sides.into !== 'stop'; i = sides.sent++) {
      const began = performance.now()
      await server.send([
        { id: `s${i}`, type: 'prediction', model: 'side', time: FIRST + i, features: { x: i }, score: 0.5 },
      ])
      // Asked once: it may be over by the time that the answer is there.
      sides[sides.into]?.push(performance.now() - began)
      await sleep(20)
    }
  }
  const sideDone = side().catch((error) => log(String(error)))
  try {
    await send(server, { rows, day: 0 })
    await sleep(3000)
    sides.into = 'quiet'
    await sleep(5000)
    sides.into = null
    for (let day = 1; day < 5; day++) await send(server, { rows, day })
    // The first training is asked for: in the mode `observe` nothing starts by itself.
    await until(({ next_matured: matured }) => matured >= 4, 100)
    const asked = await fetch(`${server.url}/v1/models/busy/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ because: 'bench' }),
    })
    if (!asked.ok) throw new Error(`${asked.status}: ${await asked.text()}`)
    await until(({ phase }) => phase === 'living', 100)
    await until(({ next_matured: matured }) => matured >= 4, 100)
    log(`${rows} rows a window: it lives`)
    const waits = []
    for (let day = 5; day < 5 + windows + 2; day++) {
      sides.into = day >= 7 ? 'busy' : null
      const before = Number((await next()).next_matured)
      await send(server, { rows, day })
      const acknowledged = performance.now()
      await until(({ next_matured: matured }) => Number(matured) > before, 10)
      if (day >= 7) waits.push(performance.now() - acknowledged)
    }
    const p = (list, share) => quantile(list, share)
    return [
      line(
        `from the last label to the decision, ${rows.toLocaleString('en')} rows a window, p50`,
        '',
        seconds(p(waits, 0.5)),
        waits.length,
      ),
      line('the same, p99', '< 2 s', seconds(p(waits, 0.99)), waits.length, p(waits, 0.99) < 2000),
      line(
        'a single event posted meanwhile, p99',
        '',
        `${Math.round(p(sides.busy, 0.99))} ms`,
        sides.busy.length,
        undefined,
        `p50 ${Math.round(p(sides.busy, 0.5))} ms; at rest p50 ${Math.round(p(sides.quiet, 0.5))} ms, p99 ${Math.round(p(sides.quiet, 0.99))} ms of ${sides.quiet.length}`,
      ),
    ]
  } finally {
    sides.into = 'stop'
    await sideDone
    await client.end()
    await server.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Predictions of a day and all labels of the day before, whose last completes that window. */
async function send(server, { rows, day }) {
  const about = { model: 'busy' }
  const lines = []
  const at = (of, row) => FIRST + of * DAY_MS + Math.floor((row * DAY_MS) / rows)
  for (let row = 0; row < rows; row++) {
    const features = Object.fromEntries(
      Array.from({ length: 10 }, (_, k) => [`f${k}`, Math.sin((day * rows + row) * (k + 1.37))]),
    )
    lines.push({ ...about, type: 'prediction', id: `p${day}-${row}`, time: at(day, row), features, score: 0.5 })
  }
  for (let row = 0; day > 0 && row < rows; row++) {
    const seen = Math.sin(((day - 1) * rows + row) * 1.37)
    lines.push({
      ...about,
      type: 'label',
      id: `l${day - 1}-${row}`,
      predictionId: `p${day - 1}-${row}`,
      time: at(day, row),
      label: seen + Math.sin(row * 7.7) > 0 ? 1 : 0,
    })
  }
  for (let from = 0; from < lines.length; from += 1000) await server.send(lines.slice(from, from + 1000))
}

/** Processor time of many models that have had events and wait for more. */
export async function idleModels({ bin, quick, temporary }) {
  const models = quick ? 20 : 200
  const forMs = quick ? 10_000 : 60_000
  const folder = temporary('idle')
  const one = (i) =>
    `  m${i}:\n    task: binary\n    time: time\n    label: { column: y, positive: '1', delay: 1d }\n    windows: { every: 1d }\n`
  writeFileSync(
    join(folder, 'keepfit.yaml'),
    `version: 1\nmodels:\n${Array.from({ length: models }, (_, i) => one(i)).join('')}`,
  )
  const server = await startUp({ bin, folder })
  try {
    for (let i = 0; i < models; i++) {
      const events = Array.from({ length: 100 }, (_, k) => ({
        id: `p${k}`,
        type: 'prediction',
        model: `m${i}`,
        time: Date.now() - 100 + k,
        features: { x: k },
        score: 0.5,
      }))
      await server.send(events)
    }
    await sleep(quick ? 5_000 : 30_000)
    const before = processorSeconds(server, folder)
    await sleep(forMs)
    const after = processorSeconds(server, folder)
    const share = (key) => ((after[key] - before[key]) / forMs) * 100_000
    const whole = share('node') + share('postgres')
    return [
      line(
        `${models} idle models, of one core`,
        '< 5 %',
        `${whole.toFixed(1)} %`,
        1,
        whole < 5,
        `Node ${share('node').toFixed(1)} %, Postgres ${share('postgres').toFixed(1)} %, over ${forMs / 1000} s`,
      ),
    ]
  } finally {
    await server.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** From the start of the process to the line that says it is ready. */
export async function readyTimes({ bin, quick, temporary }) {
  const n = quick ? 3 : 20
  const times = { fresh: [], again: [], killed: [] }
  for (let i = 0; i < n; i++) {
    const folder = temporary('ready')
    const fresh = await startUp({ bin, folder })
    times.fresh.push(fresh.readyMs)
    await fresh.send([]).catch(() => {})
    await fresh.end('SIGTERM')
    const again = await startUp({ bin, folder })
    times.again.push(again.readyMs)
    await again.end('SIGKILL')
    const killed = await startUp({ bin, folder })
    times.killed.push(killed.readyMs)
    await killed.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  const of = (what, goal, list, most) =>
    line(
      what,
      goal,
      `p50 ${seconds(quantile(list, 0.5))}, p99 ${seconds(quantile(list, 0.99))}`,
      n,
      quantile(list, 0.99) <= most,
    )
  return [
    of('ready, first start in an empty folder', '≤ 5 s', times.fresh, 5000),
    of('ready, started after it was stopped', '≤ 5 s', times.again, 5000),
    of('ready, started after kill -9 of Keepfit', '≤ 15 s', times.killed, 15_000),
  ]
}

function line(what, goal, measured, n, met, note = '') {
  return { what, goal, measured, n, met: met ?? null, note }
}
