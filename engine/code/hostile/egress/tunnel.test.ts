import { hostile } from '../../testing/hostile.ts'

hostile('a method that asks for a tunnel is refused', {
  code: `export default async () => {
    return (await fetch('http://93.184.216.34/', { method: 'CONNECT' })).status
  }`,
  endsAs: 'invalid_input',
})
