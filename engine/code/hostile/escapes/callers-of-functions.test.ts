import { hostile } from '../../testing/hostile.ts'

hostile('a function can’t look at who called it', {
  code: `export default async () => {
    const seen: string[] = []
    const look: any = new Function('try { return String(arguments.callee.caller) } catch (error) { return error.name }')
    new Headers([['a', { toString() { seen.push(look()); return 'b' } }]] as any)
    return seen.every((text) => text === 'null' || text === 'TypeError' || !text.includes('host'))
  }`,
  gives: true,
})
