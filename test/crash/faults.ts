import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Rng } from '../../src/base/rng.ts'
import { FAULTS_AT_STEPS } from './at-steps.ts'
import { STEP_BACK_MS } from './clock-of-members.ts'
import { trainersOf } from './invariants/orphans.ts'
import type { Member } from './member.ts'
import { descendantsOf, killAll, processes, send } from './processes.ts'
import type { Site } from './site.ts'

/** Something that is done to a running system. */
export interface Fault {
  readonly name: string
  /** How often it is drawn, beside the others. */
  readonly weight: number
  readonly layouts: readonly ('one' | 'split')[]
  /** @returns whether there was anything to be done it to */
  strike(site: Site, rng: Rng): Promise<boolean>
}

const BOTH = ['one', 'split'] as const

export const FAULTS: readonly Fault[] = [
  {
    name: 'everything',
    weight: 5,
    layouts: BOTH,
    strike: async (site, rng) => killAll(shuffled(site.everything(), rng)),
  },
  { name: 'process', weight: 4, layouts: BOTH, strike: async (site, rng) => killMember(pick(site.members, rng)) },
  { name: 'postmaster', weight: 4, layouts: BOTH, strike: async (site) => kill(site.postmaster()) },
  { name: 'backend', weight: 3, layouts: BOTH, strike: async (site, rng) => kill(backendOf(site, rng)) },
  { name: 'trainer', weight: 3, layouts: BOTH, strike: (site, rng) => killTraining(site, rng, 'trainer') },
  { name: 'supervisor', weight: 2, layouts: BOTH, strike: (site, rng) => killTraining(site, rng, 'supervisor') },
  { name: 'process-and-postmaster', weight: 2, layouts: ['one'], strike: killPair },
  { name: 'zombie', weight: 2, layouts: ['split'], strike: (site, rng) => freeze(pick(workersOf(site), rng), 14_000) },
  { name: 'pause', weight: 1, layouts: BOTH, strike: (site, rng) => freeze(pick(site.members, rng), 3000) },
  { name: 'clock-back', weight: 1, layouts: BOTH, strike: async (site, rng) => stepBack(site, rng) },
  { name: 'disk-full', weight: 2, layouts: BOTH, strike: (site, rng) => fillDisk(site, rng) },
  { name: 'stop', weight: 2, layouts: BOTH, strike: (site, rng) => stopMember(pick(site.members, rng)) },
]

export function faultNamed(name: string): Fault {
  const found = [...FAULTS, ...FAULTS_AT_STEPS].find((fault) => fault.name === name)
  if (found === undefined)
    throw new Error(`there is no fault ${name}; there are: ${FAULTS.map((one) => one.name).join(', ')}`)
  return found
}

/** By weight, of those that make sense here. */
export function drawFault(site: Site, rng: Rng): Fault {
  const possible = FAULTS.filter(({ layouts }) => layouts.includes(site.layout))
  let left = rng() * possible.reduce((sum, { weight }) => sum + weight, 0)
  for (const fault of possible) {
    left -= fault.weight
    if (left < 0) return fault
  }
  return possible[0] as Fault
}

function kill(pid: number | undefined): Promise<boolean> {
  return killAll(pid === undefined ? [] : [pid])
}

async function killMember(member: Member): Promise<boolean> {
  await member.end('SIGKILL')
  return true
}

async function stopMember(member: Member): Promise<boolean> {
  await member.end('SIGTERM')
  return true
}

async function killPair(site: Site, rng: Rng): Promise<boolean> {
  const pids = shuffled([site.postmaster(), ...site.members.map(({ pid }) => pid)], rng)
  return killAll(pids)
}

/** Stopped for so long that somebody else goes on with its work, and then let on. */
async function freeze(member: Member, ms: number): Promise<boolean> {
  if (!send(member.pid, 'SIGSTOP')) return false
  await sleep(ms)
  return send(member.pid, 'SIGCONT')
}

function stepBack({ clock }: Site, rng: Rng): boolean {
  clock.stepBack(Math.round(STEP_BACK_MS * (1 + 5 * rng())))
  return true
}

/** Nothing, or less than Keepfit wants to have left for what was begun. Bytes. */
const LEFT = [0, 2 ** 20, 128 * 2 ** 20]

/** The disk is full for some seconds; only where it is one of its own, which is nobody else's. */
async function fillDisk({ folder, isOwnDisk }: Site, rng: Rng): Promise<boolean> {
  if (!isOwnDisk) return false
  const ballast = join(folder, 'ballast')
  try {
    fill(ballast, pick(LEFT, rng))
    await sleep(2000 + 4000 * rng())
  } finally {
    rmSync(ballast, { force: true })
  }
  return true
}

function fill(path: string, left: number): void {
  const part = Buffer.alloc(2 ** 20)
  const file = openSync(path, 'w')
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(path)
      if (bavail * bsize < left + part.length) {
        if (left === 0) writeSync(file, Buffer.alloc(bavail * bsize))
        return
      }
      writeSync(file, part)
    }
  } catch {
    // Full: others write meanwhile.
  } finally {
    closeSync(file)
  }
}

function workersOf(site: Site): readonly Member[] {
  return site.members.filter(({ name }) => name.startsWith('worker'))
}

function backendOf(site: Site, rng: Rng): number | undefined {
  const backends = descendantsOf(site.postmaster()).filter(({ command }) => /postgres: .*keepfit/.test(command))
  return backends.length === 0 ? undefined : pick(backends, rng).pid
}

/** There is not always a training: one is waited for. */
async function killTraining(site: Site, rng: Rng, whom: 'trainer' | 'supervisor'): Promise<boolean> {
  for (let waited = 0; waited < 20_000; waited += 100) {
    const candidates = whom === 'trainer' ? trainersOf(site.dataFolder) : supervisorsOf(site)
    if (candidates.length > 0) return kill(pick(candidates, rng).pid)
    await sleep(100)
  }
  return false
}

function supervisorsOf(site: Site): { readonly pid: number }[] {
  const all = processes()
  return site.members
    .flatMap(({ pid }) => descendantsOf(pid, all))
    .filter(({ command }) => command.includes('supervisor.js'))
}

function pick<T>(list: readonly T[], rng: Rng): T {
  return list[Math.floor(rng() * list.length)] as T
}

function shuffled<T>(list: readonly T[], rng: Rng): T[] {
  return list
    .map((one) => ({ one, at: rng() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one)
}
