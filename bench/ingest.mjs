// Durable ingest through `keepfit up`, client on the same machine: node bench/ingest.mjs [--seconds 10]
// Events have 10 features, as a service sends them; every 2xx was committed with fsync.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const seconds = Number(process.argv[process.argv.indexOf('--seconds') + 1]) || 10
const BATCH = 1000
const IN_FLIGHT = 3
const folder = mkdtempSync(join(tmpdir(), 'keepfit-bench-'))
const keepfit = (...words) =>
  spawnSync(process.execPath, [join(root, 'bin', 'keepfit'), ...words], { cwd: folder, encoding: 'utf8' })

const featuresOf = (n) => {
  const features = { city: `city${n % 50}`, member: n % 3 === 0 }
  for (let k = 0; k < 8; k++) features[`measure_${k}`] = Math.round(Math.sin(n * (k + 1)) * 1e6) / 1e3
  return features
}
const eventOf = (n) => ({
  id: `p${n}`,
  type: 'prediction',
  model: 'bench',
  time: Date.now(),
  features: featuresOf(n),
  score: 0.25,
  version: 1,
})

const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address()
    probe.close(() => resolve(free))
  })
})

writeSample()
const made = keepfit(
  'init',
  '--model',
  'bench',
  '--sample',
  'sample.csv',
  '--label',
  'churned',
  '--time',
  'day',
  '--yes',
)
if (made.status !== 0) throw new Error(made.stderr)
const server = spawn(process.execPath, [join(root, 'bin', 'keepfit'), 'up', '--port', String(port)], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  await new Promise((resolve, reject) => {
    server.stdout.on('data', (text) => String(text).includes('answers at') && resolve())
    server.on('exit', () => reject(new Error('the server ended')))
  })
  const url = `http://127.0.0.1:${port}/v1/events`
  const authorization = `Bearer ${readFileSync(join(folder, '.keepfit', 'token'), 'utf8').trim()}`
  await batches(url, authorization, 2)
  const lines = await batches(url, authorization, seconds)
  const single = await singles(url, authorization, seconds)
  console.log(
    `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`,
  )
  console.log(
    `NDJSON, ${BATCH} events a request, ${IN_FLIGHT} in flight: ${lines.perSecond} events/s durable; p50 ${lines.p50} ms, p99 ${lines.p99} ms a request`,
  )
  console.log(
    `one event a request, 32 connections: ${single.perSecond} requests/s; p50 ${single.p50} ms, p99 ${single.p99} ms, other than 2xx ${single.failed}`,
  )
  console.log(`memory of the server: ${rss(server.pid)} MB`)
} finally {
  server.kill('SIGTERM')
  await new Promise((resolve) => server.on('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}

function writeSample() {
  const names = Object.keys(featuresOf(0))
  const rows = Array.from({ length: 200 }, (_, i) => [
    `2026-01-${String(1 + (i % 28)).padStart(2, '0')}`,
    ...Object.values(featuresOf(i)),
    i % 4 === 0 ? 'yes' : 'no',
  ])
  writeFileSync(
    join(folder, 'sample.csv'),
    [['day', ...names, 'churned'], ...rows].map((row) => row.join(',')).join('\n'),
  )
}

async function batches(address, token, lasting) {
  const started = performance.now()
  const until = started + lasting * 1000
  const times = []
  let sent = 0
  let next = batches.next ?? 0
  const worker = async () => {
    while (performance.now() < until) {
      const from = next
      next += BATCH
      const body = Array.from({ length: BATCH }, (_, i) => JSON.stringify(eventOf(from + i))).join('\n')
      const begun = performance.now()
      const answer = await fetch(address, {
        method: 'POST',
        body,
        headers: { authorization: token, 'content-type': 'application/x-ndjson' },
      })
      const said = await answer.json()
      if (answer.status !== 200) throw new Error(JSON.stringify(said))
      times.push(performance.now() - begun)
      sent += said.accepted
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  batches.next = next
  times.sort((a, b) => a - b)
  const at = (p) => Math.round(times[Math.min(times.length - 1, Math.floor(p * times.length))])
  return { perSecond: Math.round(sent / ((performance.now() - started) / 1000)), p50: at(0.5), p99: at(0.99) }
}

async function singles(address, token, lasting) {
  let n = 0
  const setupRequest = (request) => ({ ...request, body: JSON.stringify({ ...eventOf(n++), id: `single-${n}` }) })
  const result = await autocannon({
    url: address,
    connections: 32,
    duration: lasting,
    method: 'POST',
    headers: { authorization: token, 'content-type': 'application/json' },
    requests: [{ setupRequest }],
  })
  return {
    perSecond: Math.round(result.requests.average),
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.non2xx + result.errors,
  }
}

function rss(pid) {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
}
