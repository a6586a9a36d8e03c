import { anyAnswer, hostile } from '../../testing/hostile.ts'

hostile('processor time adds up over many short stretches between calls', {
  code: `export default async () => {
    for (let i = 0; i < 500; i++) {
      await fetch('http://x/?' + i)
      const end = Date.now() + 50
      while (Date.now() < end);
    }
  }`,
  answers: anyAnswer,
  endsAs: 'cpu_limit',
})
