import { expect } from 'vitest'
import { parseConfig } from '../../src/app/config/load.ts'
import { Fault } from '../../src/base/fault.ts'

/** A file with one model; its keys begin on line 5. */
export function churn(...lines: string[]): string {
  return ['version: 1', 'models:', '  churn:', '    label: { column: y }', ...lines.map((line) => `    ${line}`)].join(
    '\n',
  )
}

export function faultOf(run: () => unknown): Fault {
  try {
    run()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('nothing was refused')
}

export function complaintsAbout(text: string): string[] {
  const fault = faultOf(() => parseConfig(text, 'keepfit.yaml'))
  expect(fault.code).toBe('CONFIG_INVALID')
  return fault.message.split('\n').map((line) => line.replace('keepfit.yaml:', ''))
}
