import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('what a call to the outside answers is made of the isolate’s own objects', {
  code: `export default async () => {
    const reply: any = await fetch('http://x/')
    const parts = [reply, reply.headers, await reply.json(), reply.constructor.prototype]
    return parts.map((part: any) => part.constructor.constructor('return typeof process')())
  }`,
  answers: anyAnswer,
  gives: ['undefined', 'undefined', 'undefined', 'undefined'],
})
