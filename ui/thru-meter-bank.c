/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-meter-bank.h"

#include <math.h>

#define DECAY 150000.0          /* microseconds to 1/e */
#define STEADY_LIT 300000       /* microseconds */
#define FAINTEST 0.02
#define SOFTEST 0.35            /* what a message without a loudness of its own shows */
#define STEPS 32.0

typedef struct
{
  ThruMeter *meter;  /* owned */
  guint32    counted;
  double     level;
  gint64     lit_at; /* when it counted last */
} Entry;

struct _ThruMeterBank
{
  GArray  *entries;
  gint64   advanced_at;
  gboolean quiet;
};

static void
clear_entry (gpointer data)
{
  Entry *entry = data;

  thru_meter_unref (entry->meter);
}

static double
quantise (double level)
{
  return ceil (level * STEPS) / STEPS;
}

static double
level_of_peak (guint32 peak)
{
  return SOFTEST + (1.0 - SOFTEST) * MIN (peak, 127) / 127.0;
}

ThruMeterBank *
thru_meter_bank_new (void)
{
  ThruMeterBank *self = g_new0 (ThruMeterBank, 1);

  self->entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->quiet = TRUE;

  return self;
}

void
thru_meter_bank_free (ThruMeterBank *self)
{
  g_array_unref (self->entries);
  g_free (self);
}

void
thru_meter_bank_set (ThruMeterBank *self,
                     ThruMeter    **meters,
                     guint          n_meters)
{
  g_autoptr(GHashTable) known = g_hash_table_new (NULL, NULL);
  GArray *old = self->entries;

  for (guint i = 0; i < old->len; i++)
    {
      Entry *entry = &g_array_index (old, Entry, i);

      g_hash_table_insert (known, entry->meter, entry);
    }

  self->entries = g_array_sized_new (FALSE, TRUE, sizeof (Entry), n_meters);
  g_array_set_clear_func (self->entries, clear_entry);
  for (guint i = 0; i < n_meters; i++)
    {
      const Entry *before = g_hash_table_lookup (known, meters[i]);
      Entry entry = { .meter = thru_meter_ref (meters[i]) };

      if (before != NULL)
        {
          entry.counted = before->counted;
          entry.level = before->level;
          entry.lit_at = before->lit_at;
        }
      else
        {
          ThruMeterSample sample;

          /* What went by before anybody looked is not activity. */
          thru_meter_peek (entry.meter, &sample);
          entry.counted = sample.messages;
        }
      g_array_append_val (self->entries, entry);
    }
  g_array_unref (old);
}

gboolean
thru_meter_bank_peek (ThruMeterBank *self)
{
  if (!self->quiet)
    {
      return TRUE;
    }
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);
      ThruMeterSample sample;

      thru_meter_peek (entry->meter, &sample);
      if (sample.messages != entry->counted)
        {
          return TRUE;
        }
    }

  return FALSE;
}

static double
advance_entry (Entry   *entry,
               gint64   now,
               double   keep,
               gboolean steady)
{
  ThruMeterSample sample;
  gboolean counted;

  thru_meter_sample (entry->meter, &sample);
  counted = sample.messages != entry->counted;
  entry->counted = sample.messages;
  if (counted)
    {
      entry->lit_at = now;
    }
  if (steady)
    {
      return entry->lit_at != 0 && now - entry->lit_at < STEADY_LIT ? 1 : 0;
    }
  keep *= entry->level;
  if (counted)
    {
      keep = MAX (keep, level_of_peak (sample.peak));
    }

  return keep < FAINTEST ? 0 : keep;
}

gboolean
thru_meter_bank_advance (ThruMeterBank *self,
                         gint64         now,
                         gboolean       steady)
{
  double keep = exp (-(double) MAX (now - self->advanced_at, 0) / DECAY);
  gboolean changed = FALSE;

  self->advanced_at = now;
  self->quiet = TRUE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = &g_array_index (self->entries, Entry, i);
      double level = advance_entry (entry, now, keep, steady);

      changed |= quantise (level) != quantise (entry->level);
      entry->level = level;
      self->quiet &= level <= 0;
    }

  return changed;
}

gboolean
thru_meter_bank_is_quiet (ThruMeterBank *self)
{
  return self->quiet;
}

double
thru_meter_bank_get_level (ThruMeterBank *self,
                           guint          index)
{
  return index < self->entries->len ? quantise (g_array_index (self->entries, Entry, index).level) : 0;
}
