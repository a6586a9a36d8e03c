/** Files beside a flow's own that make an editor and git treat them as the product does. The same for every flow. */
export const editorFiles: ReadonlyMap<string, string> = new Map([
  [
    'tsconfig.json',
    `${JSON.stringify(
      {
        compilerOptions: {
          target: 'es2024',
          lib: ['es2024'],
          types: [],
          module: 'preserve',
          moduleResolution: 'bundler',
          moduleDetection: 'force',
          strict: true,
          noEmit: true,
          skipLibCheck: true,
        },
        include: ['steps/**/*.ts', 'types/**/*.d.ts'],
      },
      null,
      2,
    )}\n`,
  ],
  // Code is kept to the letter: git must not change the ends of its lines.
  ['.gitattributes', '* -text\n'],
])
