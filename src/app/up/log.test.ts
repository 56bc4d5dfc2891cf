import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logTo, openLog } from './log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keepfit-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777

test('a log and the folder that is made for it are for their owner alone', () => {
  const path = join(folder, 'data', 'log', 'keepfit.log')
  openLog(path).info('ready')
  expect([modeOf(join(folder, 'data', 'log')), modeOf(path)]).toEqual([0o700, 0o600])
  expect(readFileSync(path, 'utf8')).toContain('"msg":"ready"')
})

test('a log that others could read is closed to them, and appended to; its folder stays as it was', () => {
  const own = join(folder, 'own')
  mkdirSync(own)
  chmodSync(own, 0o755)
  const path = join(own, 'keepfit.log')
  writeFileSync(path, 'before\n')
  chmodSync(path, 0o644)
  openLog(path).info('ready')
  expect([modeOf(own), modeOf(path)]).toEqual([0o755, 0o600])
  expect(readFileSync(path, 'utf8')).toMatch(/^before\n\{/)
})

test('a disk without room does not end the process that says something', () => {
  const log = logTo('/dev/full')
  expect(() => {
    log.error('no room', new Error('why'))
    log.info('still none')
  }).not.toThrow()
})
