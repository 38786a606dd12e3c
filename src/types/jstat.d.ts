/** The part of jStat that is used here; the package ships no types. */
declare module 'jstat' {
  const jStat: {
    beta: {
      /** Quantile of the beta distribution. @param p 0 to 1. */
      inv(p: number, alpha: number, beta: number): number;
    };
  };
  export default jStat;
}
