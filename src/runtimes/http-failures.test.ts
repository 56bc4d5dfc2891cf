import { afterEach, describe, expect, test } from 'vitest'
import { closeServices, faultOf, scored, serving } from '../../test/support/http-scored.ts'
import { type HeardRequest, httpService } from '../../test/support/loopback-server.ts'

afterEach(closeServices)

describe('an HTTP scorer that fails', () => {
  test.each([
    ['an error of its own', 500, '{"error":"boom\\u001b[31m"}', /answered 500: .*boom/],
    ['no such path', 404, 'Not here', /answered 404: Not here/],
    ['no JSON', 200, 'Hello', /no JSON: Hello/],
    ['NaN', 200, '{"scores":[NaN,1,1,1,1]}', /no JSON/],
    ['nothing', 200, '', /no JSON: nothing/],
    ['other JSON', 200, '{"result":[1]}', /must give \{"scores".*it gave \{"result"/],
    ['too few scores', 200, '{"scores":[1,1,1,1]}', /4 scores for 5 rows/],
    ['null', 200, '{"scores":[1,1,null,1,1]}', /gave null for row 2/],
    ['a stranger class', 200, '{"scores":[1,1,"maybe",1,1]}', /gave "maybe" for row 2/],
    ['too large numbers', 200, '{"scores":[1,1,1e999,1,1]}', /gave Infinity for row 2.*\[0, 1\]/],
    ['no probability', 200, '{"scores":[1,1,1,1,1.5]}', /gave 1.5 for row 4.*\[0, 1\]/],
    ['rows of several lengths', 200, '{"scores":[1,[0,1],1,1,1]}', /1 numbers for row 0 and 2 for row 1/],
    ['too many classes', 200, '{"scores":[[1,0,0],[1,0,0],[1,0,0],[1,0,0],[1,0,0]]}', /15 numbers for 5 rows/],
  ] as const)('with %s is asked once, and what it said is told', async (_, status, text, message) => {
    const service = await serving((_request, response) => {
      response.statusCode = status
      return text
    })
    const outcome = scored(service.url)
    await expect(outcome).rejects.toMatchObject(faultOf('SCORING_FAILED', message))
    await expect(outcome).rejects.not.toMatchObject({ message: expect.stringContaining('\u001b') })
    expect(service.heard).toHaveLength(1)
  })

  test.each([502, 503, 504])('for a moment (%d) is asked again, and no more often than allowed', async (status) => {
    const answer = (fails: number) => {
      let asked = 0
      return (_: HeardRequest, response: { statusCode: number }) => {
        if (asked++ >= fails) return { scores: [0, 0, 0, 0, 1] }
        response.statusCode = status
        return 'restarting'
      }
    }
    const twice = await serving(answer(2))
    expect(await scored(twice.url)).toEqual([0, 0, 0, 0, 1])
    expect(twice.heard).toHaveLength(3)
    const thrice = await serving(answer(3))
    await expect(scored(thrice.url)).rejects.toMatchObject(
      faultOf('SCORER_UNAVAILABLE', new RegExp(`answered ${status}: restarting \\(asked 3 times\\)`)),
    )
    const never = await serving(answer(1))
    await expect(scored(never.url, { scorer: { retries: 0 } })).rejects.toMatchObject({ code: 'SCORER_UNAVAILABLE' })
    expect(never.heard).toHaveLength(1)
  })

  test('by a redirect is not followed', async () => {
    const elsewhere = await serving(() => ({ scores: [0, 0, 0, 0, 1] }))
    for (const status of [301, 302, 303, 307, 308]) {
      const service = await serving((_, response) => {
        response.writeHead(status, { location: elsewhere.url }).end()
      })
      await expect(scored(service.url)).rejects.toMatchObject(faultOf('SCORING_FAILED', /redirect/))
    }
    expect(elsewhere.heard).toEqual([])
  })

  test('by answering too late is given up, whether it says nothing or drips', async () => {
    const silent = await serving(() => undefined)
    const dripping = await serving((_, response) => {
      const timer = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(timer))
    })
    for (const { url } of [silent, dripping]) {
      await expect(scored(url, { scorer: { timeoutMs: 60 } })).rejects.toMatchObject(
        faultOf('SCORER_UNAVAILABLE', /no answer within 60 ms/),
      )
    }
  })

  test('by answering without end is cut off', async () => {
    let sent = 0
    const service = await serving((_, response) => {
      const block = Buffer.alloc(16 * 1024, 32)
      const more = () => {
        while (!response.destroyed && sent < 1e9) {
          sent += block.length
          if (!response.write(block)) return void response.once('drain', more)
        }
      }
      more()
    })
    await expect(scored(service.url)).rejects.toMatchObject(faultOf('SCORING_FAILED', /more than \d+ bytes/))
    expect(sent).toBeLessThan(50e6)
  })

  test('by not being there says so, and is not confused with one that was called off', async () => {
    const gone = await httpService(() => undefined)
    await gone.close()
    await expect(scored(gone.url)).rejects.toMatchObject(
      faultOf('SCORER_UNAVAILABLE', /cannot be reached: .*ECONNREFUSED/),
    )
    const silent = await serving(() => undefined)
    const calledOff = AbortSignal.timeout(40)
    await expect(scored(silent.url, { world: { signal: calledOff } })).rejects.toMatchObject({ name: 'TimeoutError' })
    const busy = await serving((_, response) => {
      response.statusCode = 503
      return 'busy'
    })
    const soon = AbortSignal.timeout(40)
    const waiting = scored(busy.url, { scorer: { retryWaitMs: 30_000 }, world: { signal: soon } })
    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
