import { Fault } from '../../base/fault.ts'
import type { SupervisedOutcome, SupervisedSpec } from '../../base/supervised.ts'
import type { ProcessUse } from '../trainer.ts'

/** Why a training by a command came to nothing. */
export type FailureCause =
  | 'exit'
  | 'timeout'
  | 'memory'
  | 'cancelled'
  | 'not-started'
  | 'no-artifact'
  | 'not-finite'
  | 'bad-output'
  | 'secret'
  | 'too-few-rows'
  | 'trainer'

const LINES_SHOWN = 5
const CHARACTERS_SHOWN = 600

/** @param details what else a program may want to know */
export function failed(cause: FailureCause, message: string, details: Readonly<Record<string, unknown>> = {}): Fault {
  // The same rows and the same code would fail again; only what the machine did may pass.
  return new Fault('TRAINING_FAILED', message, { cause, retry: 'never', ...details })
}

/** The fault that an outcome is; null for a command that ended well. */
export function failureOf(outcome: SupervisedOutcome, spec: SupervisedSpec): Fault | null {
  const { why, exitCode, signal, stderrTail, stdoutTail } = outcome
  const name = `'${spec.argv[0]}'`
  const details = { exitCode, signal, stderr: stderrTail, seconds: (outcome.endedAt - outcome.startedAt) / 1000 }
  const said = lastLines(stderrTail === '' ? stdoutTail : stderrTail)
  switch (why) {
    case 'not-started':
      return failed('not-started', `the command ${name} cannot be started: ${startProblem(outcome, spec)}`, details)
    case 'timeout':
      return failed(
        'timeout',
        `the command ${name} was ended: it took longer than ${spec.limits.wallMs / 1000} s (limit)${said}`,
        details,
      )
    case 'memory': {
      const limit = Math.round((spec.limits.memoryBytes ?? 0) / 1024 / 1024)
      const seen = Math.round(outcome.peakRssBytes / 1024 / 1024)
      return failed(
        'memory',
        `the command ${name} was ended: it took ${seen} MiB of memory; ${limit} MiB are allowed (memoryMb)${said}`,
        details,
      )
    }
    case 'cancelled':
    case 'owner-died':
      return failed('cancelled', `the command ${name} was cancelled`, details)
    case 'ended':
      if (exitCode === 0) return null
      // 128 + 9 is how a shell or a container says that its program was killed: mostly by a machine without memory.
      if (signal !== null || exitCode === 137)
        return failed('exit', `the command ${name} was killed from outside (${signal ?? 'exit code 137'})${said}`, {
          ...details,
          retry: 'later',
        })
      return failed('exit', `the command ${name} ended with exit code ${exitCode}${said}`, details)
  }
}

export function useOf({ startedAt, endedAt, cpuMs, peakRssBytes }: SupervisedOutcome): ProcessUse {
  return { wallMs: Math.max(0, endedAt - startedAt), cpuMs, peakRssBytes }
}

function startProblem({ startError }: SupervisedOutcome, { argv, env, cwd, workFolder }: SupervisedSpec): string {
  const said = startError ?? ''
  if (said.includes('EACCES')) return 'it may not be executed'
  if (!said.includes('ENOENT')) return said
  const where =
    argv[0]?.includes('/') === true
      ? 'there is no such file'
      : `there is no such program on PATH (${env['PATH'] ?? 'not set'})`
  return `${where}, or no folder '${cwd ?? workFolder}'`
}

function lastLines(text: string): string {
  const lines = text.trim().split('\n').slice(-LINES_SHOWN).join('\n').slice(-CHARACTERS_SHOWN)
  return lines === '' ? '' : `; its last lines:\n${lines}`
}
