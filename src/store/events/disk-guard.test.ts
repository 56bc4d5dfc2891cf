import { describe, expect, it } from 'vitest'
import { diskGuard } from './disk-guard.ts'

function stage(left: number) {
  const disk = { left, asked: 0 }
  const clock = { at: 0, now: () => clock.at }
  const free = async () => {
    disk.asked += 1
    return disk.left
  }
  return { disk, clock, check: diskGuard({ folder: '/data', clock, reserveBytes: 10 * 2 ** 20, free }) }
}

describe('the guard of the disk', () => {
  it('lets writes through while the reserve is free, and asks the disk once a second', async () => {
    const { disk, clock, check } = stage(10 * 2 ** 20)
    await check()
    clock.at = 999
    await check()
    expect(disk.asked).toBe(1)
    clock.at = 1000
    await check()
    expect(disk.asked).toBe(2)
  })

  it('refuses below the reserve, and lets writes through when there is room again', async () => {
    const { disk, clock, check } = stage(10 * 2 ** 20 - 1)
    await expect(check()).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: 'the disk has 9 MiB left, and 10 MiB are kept free; nothing was taken, make room and send it again',
    })
    disk.left = 2 ** 40
    clock.at = 1000
    await check()
  })

  it('asks anew when the clock stepped back', async () => {
    const { disk, clock, check } = stage(2 ** 40)
    clock.at = 5000
    await check()
    disk.left = 0
    clock.at = 100
    await expect(check()).rejects.toMatchObject({ code: 'DISK_FULL' })
  })
})
