import { isCancel, text } from '@clack/prompts'
import { Fault } from '../base/fault.ts'
import type { Question } from '../cli/ports.ts'

/**
 * Asks whoever sits at the terminal.
 * @returns the answers by key; null where input or output is no terminal
 * @throws Fault USAGE when the person stops it
 */
export async function askUser(questions: readonly Question[]): Promise<Readonly<Record<string, string>> | null> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null
  const answers: Record<string, string> = {}
  for (const { key, ask } of questions) {
    const answer = await text({
      message: ask,
      validate: (given) => ((given ?? '').trim() === '' ? 'An answer is needed.' : undefined),
    })
    if (isCancel(answer)) throw new Fault('USAGE', 'stopped; nothing was written')
    answers[key] = answer.trim()
  }
  return answers
}
