// A `keepfit up` of a bench, what it takes of the machine, and its database.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

const TICKS_PER_SECOND = 100

/** Starts it in `folder`; `readyMs` is from the start of the process to the line that says so. */
export async function startUp({ bin, folder }) {
  const started = performance.now()
  const { DATABASE_URL: _, ...env } = process.env
  const child = spawn(process.execPath, [bin, 'up', '--port', '0', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  let said = ''
  const ready = await new Promise((resolve, reject) => {
    child.stderr.on('data', (text) => (said += text))
    child.stdout.on('data', (text) => {
      said += text
      const line = said.split('\n').find((one) => one.includes('"event":"ready"'))
      if (line !== undefined) resolve(JSON.parse(line))
    })
    child.on('exit', (code) => reject(new Error(`keepfit up ended with ${code}: ${said}`)))
  })
  const readyMs = performance.now() - started
  const token = readFileSync(join(folder, '.keepfit', 'token'), 'utf8').trim()
  const ended = new Promise((resolve) => child.on('exit', resolve))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }
  return {
    url: ready.url,
    token,
    pid: child.pid,
    readyMs,
    async send(events) {
      const body = events.map((event) => JSON.stringify(event)).join('\n')
      const answer = await fetch(`${ready.url}/v1/events`, { method: 'POST', headers, body })
      if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`)
    },
    async json(path) {
      const answer = await fetch(`${ready.url}${path}`, { headers })
      return answer.json()
    },
    async end(signal) {
      child.kill(signal)
      await ended
    },
  }
}

/** The line of postmaster.pid that names the first process, and the folder of its socket. */
function postmaster(folder) {
  const home = join(folder, '.keepfit', 'postgres')
  let place = home
  try {
    place = readFileSync(join(home, 'moved-to'), 'utf8').trim()
  } catch {}
  const lines = readFileSync(join(place, 'data', 'postmaster.pid'), 'utf8').split('\n')
  return { pid: Number(lines[0]), socketFolder: lines[4] }
}

export function databaseUrl(folder) {
  const host = encodeURIComponent(postmaster(folder).socketFolder)
  return `postgresql://keepfit@localhost/keepfit?host=${host}&port=5432&sslmode=disable`
}

export async function openClient(folder) {
  const client = new pg.Client({ connectionString: databaseUrl(folder) })
  await client.connect()
  return client
}

function childrenOf(pids) {
  const parents = new Map()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {}
  }
  const all = new Set(pids)
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false
    for (const [pid, parent] of parents) {
      if (!all.has(parent) || all.has(pid)) continue
      all.add(pid)
      isGrowing = true
    }
  }
  return [...all]
}

/** MB: resident set of Node and its workers, proportional set of Postgres (shared memory is counted once). */
export function memoryOf({ pid }, folder) {
  const node = childrenOf([pid]).filter((one) => !isPostgres(one))
  const base = childrenOf([postmaster(folder).pid])
  const sum = (pids, file, key) =>
    pids.reduce(
      (kb, one) => kb + Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readIf(`/proc/${one}/${file}`))?.[1] ?? 0),
      0,
    ) / 1024
  return { node: sum(node, 'status', 'VmRSS'), postgres: sum(base, 'smaps_rollup', 'Pss') }
}

function isPostgres(pid) {
  return readIf(`/proc/${pid}/comm`).startsWith('postgres')
}

function readIf(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Seconds of processor time that Node, Postgres and all their children took so far, those that have ended too. */
export function processorSeconds({ pid }, folder) {
  const of = (pids) =>
    pids.reduce((ticks, one) => {
      const stat = readIf(`/proc/${one}/stat`)
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return fields.slice(11, 15).reduce((sum, one) => sum + Number(one), ticks)
    }, 0) / TICKS_PER_SECOND
  const node = childrenOf([pid]).filter((one) => !isPostgres(one))
  return { node: of(node), postgres: of(childrenOf([postmaster(folder).pid])) }
}

/** The value that a share p of the numbers does not exceed. */
export function quantile(numbers, p) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]
}
