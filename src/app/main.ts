import { Command, CommanderError } from 'commander'

/**
 * Runs one command.
 * @param argv the words after `keepfit`
 * @returns the exit code
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('keepfit').version('0.1.0').exitOverride()
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    throw error
  }
}
