/** Parameters below those of every vector. */
export const runtimeParameters: Readonly<Record<string, unknown>> = {
  rate_limit: 0,
  error_retry_delay: 0,
  error_max_retries: 0,
  logging_level: "DEBUG",
  redis_cache_host: "127.0.0.1",
  redis_cache_port: 6379,
  redis_cache_db: 4,
  redis_cache_ttl: 10,
  redis_cache_password: null,
};
