/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lets through a steady rate and a burst on top, and notices a rate far above it that goes on. Time is an argument; one thread at
 * a time. Members are private. */
typedef struct
{
  guint  rate;         /* a second */
  guint  burst;
  guint  flood_rate;   /* a second; 0: never a flood */
  guint  flood_seconds;
  gint64 tokens;       /* in millionths */
  gint64 updated_us;
  gint64 second_us;    /* when the second that is counted began */
  guint  n_in_second;
  guint  n_seconds;    /* in a row above flood_rate */
} ThruTokenBucket;

typedef enum
{
  THRU_TOKEN_BUCKET_FINE,
  THRU_TOKEN_BUCKET_OVER,  /* more than rate and burst: spare what can be spared */
  THRU_TOKEN_BUCKET_FLOOD, /* more than flood_rate for flood_seconds */
} ThruTokenBucketVerdict;

void                   thru_token_bucket_init (ThruTokenBucket *bucket,
                                               guint            rate,
                                               guint            burst,
                                               guint            flood_rate,
                                               guint            flood_seconds,
                                               gint64           now_us);

/* One more. What is OVER costs nothing, so that the steady rate still passes during a flood. */
ThruTokenBucketVerdict thru_token_bucket_take (ThruTokenBucket *bucket,
                                               gint64           now_us);

G_END_DECLS
