/** The functions of jstat 1.9 that the kit uses; the package ships no types. */
declare module 'jstat' {
  interface Special {
    /** ln Γ(x), x > 0. */
    gammaln(x: number): number
    /** Regularised lower incomplete gamma function P(a, x). */
    lowRegGamma(a: number, x: number): number
    readonly normal: {
      /** Quantile of the normal distribution. */
      inv(probability: number, mean: number, deviation: number): number
      cdf(x: number, mean: number, deviation: number): number
    }
    readonly beta: {
      /** Quantile of the beta distribution. */
      inv(probability: number, alpha: number, beta: number): number
    }
  }
  const module: { readonly jStat: Special }
  // biome-ignore lint/style/noDefaultExport: jstat is CommonJS, its exports object is the default.
  export default module
}
