import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHURN_YAML, churnDay } from '../support/churn-events.ts'
import { embeddedPlace, type KeepfitPlace } from '../support/keepfit-place.ts'
import { toolsPython } from '../support/python.ts'

const SEED = 20260131
const LONGEST_S = 60
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

let place: KeepfitPlace
beforeAll(async () => {
  place = await embeddedPlace()
  await writeFile(join(place.folder, 'keepfit.yaml'), CHURN_YAML)
  await place.up()
  for (let day = 0; day < 7; day++) await place.api.send(churnDay(day, { rows: 150 }))
  await place.until(({ champion, isDeciding }) => champion !== null && !isDeciding)
}, 120_000)
afterAll(() => place.stop())

interface Report {
  readonly code: number
  readonly text: string
}

function schemathesis(words: readonly string[]): Promise<Report> {
  const program = join(dirname(toolsPython()), 'st')
  const options = { cwd: place.folder, maxBuffer: 1 << 26, timeout: 3 * LONGEST_S * 1000 }
  return new Promise((resolve) =>
    execFile(program, [...words], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: `${stdout}${stderr}` }),
    ),
  )
}

test('Schemathesis finds no answer that the document does not promise', { timeout: 300_000 }, async () => {
  // Names that exist reach what stands behind them; what it makes up besides, it keeps.
  await writeFile(join(place.folder, 'schemathesis.toml'), '[parameters]\n"path.model" = "churn"\n')
  const { url, token } = place.api
  const { code, text } = await schemathesis([
    'run',
    `${url}/v1/openapi.json`,
    ...['--url', url, '--header', `Authorization: Bearer ${token}`],
    ...['--workers', '1', '--seed', String(SEED), '--max-examples', '10', '--max-time', String(LONGEST_S)],
    ...['--phases', 'examples,coverage,fuzzing', '--checks', CHECKS.join(',')],
    ...['--request-timeout', '20', '--generation-database', 'none', '--no-color', '--continue-on-failure'],
  ])
  expect(code, `seed ${SEED}\n${text}`).toBe(0)
  // It did ask: nothing would fail either if nothing was asked.
  expect(Number(/(\d+) generated/.exec(text)?.[1] ?? 0), text).toBeGreaterThan(100)
  expect((await place.api.ask('/v1/health')).status).toBe(200)
})

test('every route of the served document answers 401 without a token, and health alone does not', async () => {
  const { openapi, paths } = (await place.api.json('/v1/openapi.json')) as Document
  expect(openapi).toMatch(/^3\.1/)
  const open: string[] = []
  let asked = 0
  for (const [path, operations] of Object.entries(paths)) {
    for (const method of METHODS.filter((one) => one in operations)) {
      const address = `${place.api.url}${path.replaceAll(/\{[^}]+\}/g, '1')}`
      const { status } = await fetch(address, { method: method.toUpperCase() })
      asked += 1
      if (status !== 401) open.push(`${method} ${path}: ${status}`)
    }
  }
  expect(open).toEqual(['get /v1/health: 200'])
  expect(asked).toBeGreaterThan(40)
})
