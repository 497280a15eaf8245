/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-throttle.h"
#include "thru-limits.h"

#include <string.h>

#define KEY_SIZE 16

typedef struct
{
  guint8 key[KEY_SIZE];
  guint  n_failures;         /* 0: free */
  gint64 first_us;           /* when the failures began that are counted */
  gint64 touched_us;
  gint64 ignored_until_us;
} Slot;

typedef struct
{
  guint8 key[KEY_SIZE];
  gint64 touched_us;         /* 0: free */
} Known;

struct _ThruThrottle
{
  Slot  slots[THRU_THROTTLE_SLOTS];
  Known known[THRU_THROTTLE_KNOWN];
};

ThruThrottle *
thru_throttle_new (void)
{
  return g_new0 (ThruThrottle, 1);
}

void
thru_throttle_free (ThruThrottle *throttle)
{
  g_free (throttle);
}

static void
make_key (GInetAddress *address,
          guint8        key[KEY_SIZE])
{
  memset (key, 0, KEY_SIZE);
  memcpy (key, g_inet_address_to_bytes (address), g_inet_address_get_native_size (address));
}

static Slot *
find_slot (ThruThrottle *throttle,
           GInetAddress *address)
{
  guint8 key[KEY_SIZE];

  make_key (address, key);
  for (guint i = 0; i < THRU_THROTTLE_SLOTS; i++)
    {
      Slot *slot = &throttle->slots[i];

      if (slot->n_failures > 0 && memcmp (slot->key, key, KEY_SIZE) == 0)
        return slot;
    }

  return NULL;
}

static Slot *
take_slot (ThruThrottle *throttle,
           GInetAddress *address,
           gint64        now_us)
{
  Slot *oldest = &throttle->slots[0];

  for (guint i = 0; i < THRU_THROTTLE_SLOTS && oldest->n_failures > 0; i++)
    {
      Slot *slot = &throttle->slots[i];

      if (slot->n_failures == 0 || slot->touched_us < oldest->touched_us)
        oldest = slot;
    }

  *oldest = (Slot) { .first_us = now_us };
  make_key (address, oldest->key);
  return oldest;
}

static Known *
find_known (ThruThrottle *throttle,
            GInetAddress *address)
{
  guint8 key[KEY_SIZE];

  make_key (address, key);
  for (guint i = 0; i < THRU_THROTTLE_KNOWN; i++)
    {
      Known *known = &throttle->known[i];

      if (known->touched_us != 0 && memcmp (known->key, key, KEY_SIZE) == 0)
        return known;
    }

  return NULL;
}

static Known *
take_known (ThruThrottle *throttle,
            GInetAddress *address)
{
  Known *oldest = &throttle->known[0];

  for (guint i = 0; i < THRU_THROTTLE_KNOWN; i++)
    {
      if (throttle->known[i].touched_us < oldest->touched_us)
        oldest = &throttle->known[i];
    }

  make_key (address, oldest->key);
  return oldest;
}

void
thru_throttle_failed (ThruThrottle *throttle,
                      GInetAddress *address,
                      gint64        now_us)
{
  Slot *slot;

  g_return_if_fail (throttle != NULL);
  g_return_if_fail (G_IS_INET_ADDRESS (address));

  if (g_inet_address_get_is_loopback (address))
    return;

  slot = find_slot (throttle, address);
  if (slot == NULL)
    slot = take_slot (throttle, address, now_us);

  if (now_us - slot->first_us > THRU_LIMIT_FAILURES_US)
    {
      slot->first_us = now_us;
      slot->n_failures = 0;
    }

  slot->touched_us = now_us;
  if (++slot->n_failures >= THRU_LIMIT_FAILURES)
    {
      slot->ignored_until_us = now_us + (thru_throttle_knows (throttle, address) ? THRU_LIMIT_IGNORED_KNOWN_US
                                                                                 : THRU_LIMIT_IGNORED_US);
      slot->first_us = now_us;
      slot->n_failures = 1;
    }
}

void
thru_throttle_lasted (ThruThrottle *throttle,
                      GInetAddress *address,
                      gint64        now_us)
{
  Known *known;
  Slot *slot;

  g_return_if_fail (throttle != NULL);
  g_return_if_fail (G_IS_INET_ADDRESS (address));

  known = find_known (throttle, address);
  if (known == NULL)
    known = take_known (throttle, address);
  known->touched_us = MAX (now_us, 1);

  slot = find_slot (throttle, address);
  if (slot != NULL)
    memset (slot, 0, sizeof *slot);
}

gboolean
thru_throttle_knows (ThruThrottle *throttle,
                     GInetAddress *address)
{
  g_return_val_if_fail (throttle != NULL, FALSE);
  g_return_val_if_fail (G_IS_INET_ADDRESS (address), FALSE);

  return find_known (throttle, address) != NULL;
}

static gboolean
is_ignored (ThruThrottle *throttle,
            GInetAddress *address,
            gint64        now_us)
{
  Slot *slot = find_slot (throttle, address);

  return slot != NULL && now_us < slot->ignored_until_us;
}

/* On this computer any number of programs may share the one address. */
gboolean
thru_throttle_allows (ThruThrottle             *throttle,
                      GInetAddress             *address,
                      const ThruThrottleCensus *census,
                      gint64                    now_us)
{
  g_return_val_if_fail (throttle != NULL, FALSE);
  g_return_val_if_fail (G_IS_INET_ADDRESS (address), FALSE);
  g_return_val_if_fail (census != NULL, FALSE);

  if (is_ignored (throttle, address, now_us) || census->n >= THRU_LIMIT_LINKS)
    return FALSE;

  if (census->n_same_address >= THRU_LIMIT_LINKS_PER_ADDRESS && !g_inet_address_get_is_loopback (address))
    return FALSE;

  return census->lasts || thru_throttle_knows (throttle, address) ||
         (census->n < THRU_LIMIT_LINKS - THRU_LIMIT_LINKS_KEPT && census->n_undecided < THRU_LIMIT_LINKS_UNDECIDED);
}
