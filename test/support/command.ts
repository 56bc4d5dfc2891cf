import { spawn } from 'node:child_process'

export interface CommandResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `bin/keepfit` as a user would, without a terminal. Killed after `limitMs`: nothing may hang. */
export function keepfit(
  args: readonly string[],
  cwd = process.cwd(),
  limitMs = 60_000,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const bin = new URL('../../bin/keepfit', import.meta.url).pathname
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
      env: { ...process.env, ...environment },
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
