import { type ChildProcess, spawn } from 'node:child_process'

/** A command that goes on until what it shows has ended. */
export function follow(
  folder: string,
  ...words: string[]
): { saw(text: string): Promise<void>; readonly ended: Promise<number | null> } {
  const child: ChildProcess = spawn(
    process.execPath,
    [new URL('../../bin/keepfit', import.meta.url).pathname, ...words],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const saw = async (wanted: string) => {
    const late = Date.now() + 60_000
    while (!text.includes(wanted)) {
      if (Date.now() > late || child.exitCode !== null) throw new Error(`'${wanted}' never came: ${text}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  return { saw, ended }
}
