/** The part of jStat that is used here; the package ships no types. */
declare module 'jstat' {
  const jStat: {
    beta: {
      /** Quantile of the beta distribution. @param p 0 to 1. */
      inv(p: number, alpha: number, beta: number): number;
    };
    hypgeom: {
      /** Likelihood of so many hits in a sample. @param total in the population. @param hits in the population. @param drawn in the sample. */
      pdf(inSample: number, total: number, hits: number, drawn: number): number;
    };
    studentt: {
      /** @param freedom degrees of freedom. */
      cdf(t: number, freedom: number): number;
    };
    /** @param isSample divides by one less than the number of values. */
    variance(values: number[], isSample: boolean): number;
  };
  export default jStat;
}
