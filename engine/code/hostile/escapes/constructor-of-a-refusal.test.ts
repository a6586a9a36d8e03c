import { hostile } from '../../testing/hostile.ts'

hostile('what a refused call throws is made of the isolate’s own objects', {
  code: `export default async () => {
    const error: any = await fetch('http://10.0.0.1/').catch((thrown) => thrown)
    return [error instanceof Error, error.constructor.constructor('return typeof process')(), typeof error.cause]
  }`,
  gives: [true, 'undefined', 'undefined'],
})
