import { Command } from 'commander'
import { expect, test } from 'vitest'
import type { CommandPorts } from './ports.ts'
import { addUpCommand } from './up.ts'
import type { UpAsked } from './up-asked.ts'

async function asked(...words: string[]): Promise<UpAsked[]> {
  const all: UpAsked[] = []
  const program = new Command().option('--data <folder>')
  const ports: Partial<CommandPorts> = { up: async (one) => void all.push(one) }
  addUpCommand(program, ports as CommandPorts)
  await program.parseAsync(['node', 'keepfit', 'up', ...words])
  return all
}

test.each([
  ['--tls-cert', '--tls-key'],
  ['--tls-key', '--tls-cert'],
])('%s without %s is refused instead of serving in the clear', async (given, missing) => {
  await expect(asked(given, 'some.pem')).rejects.toMatchObject({
    code: 'USAGE',
    message: `${given} needs ${missing} beside it: TLS takes a certificate and its key`,
  })
})

test('certificate and key are taken together; without both there is no TLS', async () => {
  const [withTls] = await asked('--tls-cert', 'c.pem', '--tls-key', 'k.pem')
  expect(withTls?.server.tls).toEqual({ cert: 'c.pem', key: 'k.pem' })
  const [plain] = await asked()
  expect(plain?.server.tls).toBeUndefined()
})
