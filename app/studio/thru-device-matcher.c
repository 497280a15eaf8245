/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-device-matcher.h"

#include <string.h>

#define SIMILAR_MIN 4 /* letters that two names must have in common */

/* Twins: what is not matched yet. */
typedef struct
{
  GPtrArray  *ports;  /* of ThruPortInfo, borrowed */
  GPtrArray  *known;  /* of ThruSavedDevice, borrowed */
  GHashTable *found;  /* ThruPortInfo to ThruSavedDevice */
} Twins;

typedef gboolean (*IsSameFunc) (const ThruPortInfo    *port,
                                const ThruSavedDevice *device);

static gboolean
is_text_equal (const char *a,
               const char *b)
{
  return a != NULL && b != NULL && g_str_equal (a, b);
}

static gboolean
is_text_other (const char *a,
               const char *b)
{
  return a != NULL && b != NULL && !g_str_equal (a, b);
}

/* "…#2" */
static const char *
get_number (const char *place)
{
  const char *mark = place != NULL ? strrchr (place, '#') : NULL;

  return mark != NULL ? mark : "";
}

gboolean
thru_device_matcher_same_unit (const char *place,
                               const char *other)
{
  gsize length;

  if (place == NULL || other == NULL)
    return FALSE;
  length = strlen (place) - strlen (get_number (place));
  return length == strlen (other) - strlen (get_number (other)) && strncmp (place, other, length) == 0;
}

static gboolean
is_same_port (const ThruPortInfo    *port,
              const ThruSavedDevice *device)
{
  return is_text_equal (port->port, device->port)
         && !is_text_other (port->place, device->place)
         && !is_text_other (port->serial, device->serial);
}

static gboolean
has_same_serial (const ThruPortInfo    *port,
                 const ThruSavedDevice *device)
{
  return is_text_equal (port->serial, device->serial) && g_str_equal (get_number (port->place), get_number (device->place));
}

static gboolean
has_same_place (const ThruPortInfo    *port,
                const ThruSavedDevice *device)
{
  return is_text_equal (port->place, device->place) && !is_text_other (port->serial, device->serial);
}

static gboolean
has_same_number (const ThruPortInfo    *port,
                 const ThruSavedDevice *device)
{
  return g_str_equal (get_number (port->place), get_number (device->place)) && !is_text_other (port->serial, device->serial);
}

static gboolean
may_be_same (const ThruPortInfo    *port,
             const ThruSavedDevice *device)
{
  return !is_text_other (port->serial, device->serial);
}

/* The place of @place in @array, when it is the only one for which @is_same; -1 else. */
static int
find_only (Twins              *twins,
           const ThruPortInfo *port,
           IsSameFunc          is_same)
{
  int found = -1;

  for (guint i = 0; i < twins->known->len; i++)
    {
      if (!is_same (port, g_ptr_array_index (twins->known, i)))
        continue;
      if (found >= 0)
        return -1;
      found = (int) i;
    }
  return found;
}

static gboolean
is_wanted_once (Twins                 *twins,
                const ThruSavedDevice *device,
                IsSameFunc             is_same)
{
  guint n = 0;

  for (guint i = 0; i < twins->ports->len; i++)
    n += (guint) is_same (g_ptr_array_index (twins->ports, i), device);
  return n == 1;
}

/* Matches those of which @is_same is true for one another and for nobody else. */
static void
match_by (Twins     *twins,
          IsSameFunc is_same)
{
  g_autoptr(GPtrArray) matched_ports = g_ptr_array_new ();
  g_autoptr(GPtrArray) matched = g_ptr_array_new ();

  for (guint i = 0; i < twins->ports->len; i++)
    {
      ThruPortInfo *port = g_ptr_array_index (twins->ports, i);
      int at = find_only (twins, port, is_same);

      if (at < 0 || !is_wanted_once (twins, g_ptr_array_index (twins->known, at), is_same))
        continue;
      g_ptr_array_add (matched_ports, port);
      g_ptr_array_add (matched, g_ptr_array_index (twins->known, at));
    }
  for (guint i = 0; i < matched->len; i++)
    {
      gpointer port = g_ptr_array_index (matched_ports, i);
      gpointer device = g_ptr_array_index (matched, i);

      g_hash_table_insert (twins->found, port, device);
      g_ptr_array_remove (twins->ports, port);
      g_ptr_array_remove (twins->known, device);
    }
}

/* Whether the ports that are left are of one unit, and the devices too: then it was plugged in elsewhere. */
static gboolean
is_one_unit (Twins *twins)
{
  const ThruPortInfo *port = g_ptr_array_index (twins->ports, 0);
  const ThruSavedDevice *device = g_ptr_array_index (twins->known, 0);

  for (guint i = 1; i < twins->ports->len; i++)
    if (!thru_device_matcher_same_unit (port->place, ((ThruPortInfo *) g_ptr_array_index (twins->ports, i))->place))
      return FALSE;
  for (guint i = 1; i < twins->known->len; i++)
    if (!thru_device_matcher_same_unit (device->place, ((ThruSavedDevice *) g_ptr_array_index (twins->known, i))->place))
      return FALSE;
  return TRUE;
}

static gboolean
is_without_hints (Twins *twins)
{
  gboolean ports = FALSE;
  gboolean known = FALSE;

  for (guint i = 0; i < twins->ports->len; i++)
    ports |= ((ThruPortInfo *) g_ptr_array_index (twins->ports, i))->place != NULL;
  for (guint i = 0; i < twins->known->len; i++)
    known |= ((ThruSavedDevice *) g_ptr_array_index (twins->known, i))->place != NULL;
  return !ports || !known;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  const ThruSavedDevice *first = *(ThruSavedDevice *const *) a;
  const ThruSavedDevice *second = *(ThruSavedDevice *const *) b;
  gsize length = strlen (first->id);
  gsize other = strlen (second->id);

  /* "#9" before "#10". */
  return length != other ? (length < other ? -1 : 1) : strcmp (first->id, second->id);
}

static void
match_by_order (Twins *twins)
{
  g_ptr_array_sort (twins->known, compare_ids);
  while (twins->known->len > 0)
    g_hash_table_insert (twins->found,
                         g_ptr_array_steal_index (twins->ports, 0),
                         g_ptr_array_steal_index (twins->known, 0));
}

/* What is left after it is ambiguous where devices are left, too, and new where none are. */
static void
match_twins (Twins *twins)
{
  match_by (twins, is_same_port);
  match_by (twins, has_same_serial);
  match_by (twins, has_same_place);
  if (twins->ports->len == 0 || twins->known->len == 0)
    return;
  if (is_one_unit (twins))
    match_by (twins, has_same_number);
  if (twins->ports->len == 1 && twins->known->len == 1)
    match_by (twins, may_be_same);
  if (twins->ports->len >= twins->known->len && is_without_hints (twins))
    match_by_order (twins);
}

static gboolean
may_be_any (Twins              *twins,
            const ThruPortInfo *port)
{
  for (guint i = 0; i < twins->known->len; i++)
    if (may_be_same (port, g_ptr_array_index (twins->known, i)))
      return TRUE;
  return FALSE;
}

static gboolean
is_of_kind (const ThruSavedDevice *device,
            const ThruPortInfo    *port)
{
  return device->is_source == (port->direction == THRU_DIRECTION_SOURCE) && g_str_equal (device->kind, port->kind);
}

/* @port and its twins from @first on. */
static void
gather (Twins     *twins,
        GPtrArray *ports,
        guint      first,
        GPtrArray *known)
{
  const ThruPortInfo *port = g_ptr_array_index (ports, first);

  for (guint i = first; i < ports->len; i++)
    {
      ThruPortInfo *other = g_ptr_array_index (ports, i);

      if (other->direction == port->direction && g_str_equal (other->kind, port->kind))
        g_ptr_array_add (twins->ports, other);
    }
  for (guint i = 0; i < known->len; i++)
    if (is_of_kind (g_ptr_array_index (known, i), port))
      g_ptr_array_add (twins->known, g_ptr_array_index (known, i));
}

static void
judge (Twins              *twins,
       const ThruPortInfo *port,
       ThruMatch          *match)
{
  ThruSavedDevice *device = g_hash_table_lookup (twins->found, port);

  if (device != NULL)
    *match = (ThruMatch) { THRU_MATCH_KNOWN, device }
  ;
  else if (g_ptr_array_find (twins->ports, port, NULL) && may_be_any (twins, port))
    match->result = THRU_MATCH_AMBIGUOUS;
}

ThruMatch *
thru_device_matcher_match (GPtrArray *ports,
                           GPtrArray *known)
{
  ThruMatch *matches;
  g_autoptr(GHashTable) done = g_hash_table_new (NULL, NULL);

  g_return_val_if_fail (ports != NULL && known != NULL, NULL);

  matches = g_new0 (ThruMatch, ports->len + 1);
  for (guint i = 0; i < ports->len; i++)
    {
      g_autoptr(GPtrArray) twin_ports = g_ptr_array_new ();
      g_autoptr(GPtrArray) twin_known = g_ptr_array_new ();
      g_autoptr(GHashTable) found = g_hash_table_new (NULL, NULL);
      Twins twins = { twin_ports, twin_known, found };

      if (g_hash_table_contains (done, g_ptr_array_index (ports, i)))
        continue;
      gather (&twins, ports, i, known);
      for (guint j = 0; j < twin_ports->len; j++)
        g_hash_table_add (done, g_ptr_array_index (twin_ports, j));
      match_twins (&twins);
      for (guint j = i; j < ports->len; j++)
        judge (&twins, g_ptr_array_index (ports, j), &matches[j]);
    }
  return matches;
}

gboolean
thru_device_matcher_may_be (const ThruPortInfo    *port,
                            const ThruSavedDevice *device)
{
  g_return_val_if_fail (port != NULL && device != NULL, FALSE);

  return is_of_kind (device, port) && may_be_same (port, device);
}

/* Letters only: firmware and drivers change numbers, case and punctuation. */
static char *
get_letters (const char *kind)
{
  GString *letters = g_string_new (NULL);
  const char *name = strchr (kind, ':');

  name = name != NULL && strchr (name + 1, ':') != NULL ? strchr (name + 1, ':') + 1 : kind;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalpha (g_utf8_get_char (p)))
      g_string_append_unichar (letters, g_unichar_tolower (g_utf8_get_char (p)));
  if (letters->len > SIMILAR_MIN && g_str_has_suffix (letters->str, "midi"))
    g_string_truncate (letters, letters->len - strlen ("midi"));
  return g_string_free (letters, FALSE);
}

gboolean
thru_device_matcher_similar (const ThruPortInfo    *port,
                             const ThruSavedDevice *device)
{
  g_autofree char *now = NULL;
  g_autofree char *before = NULL;

  g_return_val_if_fail (port != NULL && device != NULL, FALSE);

  if (device->is_source != (port->direction == THRU_DIRECTION_SOURCE)
      || strcspn (device->kind, ":") != strcspn (port->kind, ":")
      || strncmp (device->kind, port->kind, strcspn (port->kind, ":")) != 0)
    return FALSE;
  if (has_same_serial (port, device) && strlen (port->serial) >= SIMILAR_MIN)
    return TRUE;
  now = get_letters (port->kind);
  before = get_letters (device->kind);
  return strlen (now) >= SIMILAR_MIN && strlen (before) >= SIMILAR_MIN
         && (g_str_has_prefix (now, before) || g_str_has_prefix (before, now));
}
