/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-token-bucket.h"

#define TOKEN G_USEC_PER_SEC

void
thru_token_bucket_init (ThruTokenBucket *bucket,
                        guint            rate,
                        guint            burst,
                        guint            flood_rate,
                        guint            flood_seconds,
                        gint64           now_us)
{
  g_return_if_fail (bucket != NULL);

  *bucket = (ThruTokenBucket) {
    .rate = rate,
    .burst = burst,
    .flood_rate = flood_rate,
    .flood_seconds = flood_seconds,
    .tokens = (gint64)burst * TOKEN,
    .updated_us = now_us,
    .second_us = now_us,
  };
}

static void
refill (ThruTokenBucket *bucket,
        gint64           now_us)
{
  gint64 full = (gint64)bucket->burst * TOKEN;
  gint64 passed = MAX (now_us - bucket->updated_us, 0);

  /* An hour of quiet fills it like a second does, and does not overflow. */
  passed = MIN (passed, (gint64)3600 * G_USEC_PER_SEC);
  bucket->tokens = MIN (bucket->tokens + passed * bucket->rate, full);
  bucket->updated_us = now_us;
}

static gboolean
is_flood (ThruTokenBucket *bucket,
          gint64           now_us)
{
  if (bucket->flood_rate == 0)
    return FALSE;

  if (now_us - bucket->second_us >= G_USEC_PER_SEC)
    {
      gboolean next = now_us - bucket->second_us < 2 * G_USEC_PER_SEC;

      bucket->n_seconds = next && bucket->n_in_second > bucket->flood_rate ? bucket->n_seconds + 1 : 0;
      bucket->second_us = next ? bucket->second_us + G_USEC_PER_SEC : now_us;
      bucket->n_in_second = 0;
    }

  if (bucket->n_in_second < G_MAXUINT)
    bucket->n_in_second++;

  return bucket->n_seconds >= bucket->flood_seconds;
}

ThruTokenBucketVerdict
thru_token_bucket_take (ThruTokenBucket *bucket,
                        gint64           now_us)
{
  g_return_val_if_fail (bucket != NULL, THRU_TOKEN_BUCKET_FINE);

  if (is_flood (bucket, now_us))
    return THRU_TOKEN_BUCKET_FLOOD;

  refill (bucket, now_us);
  if (bucket->tokens < TOKEN)
    return THRU_TOKEN_BUCKET_OVER;

  bucket->tokens -= TOKEN;
  return THRU_TOKEN_BUCKET_FINE;
}
