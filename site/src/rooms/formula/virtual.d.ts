declare module 'virtual:first-answer' {
  export const firstAnswer: import('./first-answer.ts').FirstAnswer;
}
