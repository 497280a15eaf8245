/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-address.h"
#include "thru-loop-finder.h"
#include "thru-studio-private.h"
#include "thru-strings-private.h"

#include <glib/gi18n.h>

/* What a person can do to a studio, and how they name its parts. */

#define NAME_MAX_OCTETS 63 /* as in announcements and session messages */

typedef struct
{
  ThruDevice *exact;
  ThruDevice *folded;
  guint       n_exact;
  guint       n_folded;
  gboolean    room_found;
  gboolean    found_other; /* one of that name, but of the other direction */
} Search;

static gboolean
same_folded (const char *a,
             const char *b)
{
  g_autofree char *folded_a = g_utf8_casefold (a, -1);
  g_autofree char *folded_b = g_utf8_casefold (b, -1);

  return g_utf8_collate (folded_a, folded_b) == 0;
}

/* 2: exactly, 1: but for case, 0: not. */
static int
match (const char *text,
       const char *id,
       const char *name)
{
  if (g_str_equal (text, name) || g_str_equal (text, id))
    return 2;
  return same_folded (text, name);
}

static void
search_room (Search     *search,
             ThruRoom   *room,
             int         room_match,
             const char *text,
             gboolean    source)
{
  GListModel *devices = thru_room_get_devices (room);

  search->room_found = TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);
      int device_match;

      device_match = MIN (room_match, match (text, thru_device_get_id (device), thru_device_get_name (device)));
      if (thru_device_is_source (device) != source)
        {
          search->found_other |= device_match > 0;
        }
      else if (device_match == 2)
        {
          search->exact = device;
          search->n_exact++;
        }
      else if (device_match == 1)
        {
          search->folded = device;
          search->n_folded++;
        }
    }
}

static void
search_split (ThruStudio *self,
              Search     *search,
              const char *room_text,
              const char *device_text,
              gboolean    source)
{
  GListModel *rooms = thru_studio_get_rooms (self);

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);
      int room_match;

      if (room_text[0] == '\0')
        room_match = thru_room_is_own (room) ? 2 : 0;
      else
        room_match = match (room_text, thru_room_get_id (room), thru_room_get_name (room));
      if (room_match > 0)
        search_room (search, room, room_match, device_text, source);
    }
}

static void
set_parse_error (const Search *search,
                 const char   *text,
                 gboolean      source,
                 GError      **error)
{
  if (search->n_exact + search->n_folded > 1)
    g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_AMBIGUOUS,
                 _("More than one device is called “%s”; give one of them another name first"), text);
  else if (!search->room_found)
    g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_NO_SUCH_ROOM,
                 _("No such room: “%s”; “thruwall status” lists them"), text);
  else if (search->found_other)
    g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_NO_SUCH_DEVICE,
                 source ? _("“%s” is a MIDI output; a route leads from an input to an output")
                        : _("“%s” is a MIDI input; a route leads from an input to an output"), text);
  else if (source)
    g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_NO_SUCH_DEVICE,
                 _("No such MIDI input: “%s”; “thruwall status” lists them"), text);
  else
    g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_NO_SUCH_DEVICE,
                 _("No such MIDI output: “%s”; “thruwall status” lists them"), text);
}

ThruDevice *
thru_studio_parse_device (ThruStudio *self,
                          const char *text,
                          gboolean    source,
                          GError    **error)
{
  Search search = { NULL };

  g_return_val_if_fail (THRU_IS_STUDIO (self) && text != NULL, NULL);

  if (!g_utf8_validate (text, -1, NULL) || strchr (text, '/') == NULL)
    {
      g_autofree char *shown = g_utf8_make_valid (text, -1);

      g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_INVALID,
                   _("“%s” is no device: write ROOM/DEVICE, or /DEVICE in this room"), shown);
      return NULL;
    }

  /* Both names may contain a slash, so each is tried as the border. */
  for (const char *slash = strchr (text, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *room_text = g_strndup (text, (gsize) (slash - text));

      search_split (self, &search, room_text, slash + 1, !!source);
    }

  if (search.n_exact == 1)
    return search.exact;
  if (search.n_exact == 0 && search.n_folded == 1)
    return search.folded;

  set_parse_error (&search, text, source, error);
  return NULL;
}

/* "studio.local" is what people write for "studio.local:1199". */
static gboolean
same_address (const char *a,
              const char *b)
{
  g_autofree char *host_a = NULL;
  g_autofree char *host_b = NULL;
  guint16 port_a, port_b;

  return thru_address_split (a, &host_a, &port_a) && thru_address_split (b, &host_b, &port_b)
         && port_a == port_b && g_ascii_strcasecmp (host_a, host_b) == 0;
}

ThruRoom *
thru_studio_parse_room (ThruStudio *self,
                        const char *text,
                        GError    **error)
{
  ThruRoom *found[2] = { NULL };
  guint n[2] = { 0 };
  GListModel *rooms;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && text != NULL, NULL);

  rooms = thru_studio_get_rooms (self);
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);
      const char *address = thru_room_get_address (room);
      int fit = match (text, thru_room_get_id (room), thru_room_get_name (room));

      if (address != NULL && (g_str_equal (text, address) || same_address (text, address)))
        fit = 2;
      if (fit == 0)
        continue;
      found[fit - 1] = room;
      n[fit - 1]++;
    }

  for (int fit = 2; fit > 0; fit--)
    {
      if (n[fit - 1] == 1)
        return found[fit - 1];
      if (n[fit - 1] > 1)
        {
          g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_AMBIGUOUS,
                       _("More than one room is called “%s”; write the address instead"), text);
          return NULL;
        }
    }
  g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_NO_SUCH_ROOM,
               _("No such room: “%s”; “thruwall status” lists them"), text);
  return NULL;
}

char *
thru_studio_explain_impossible (ThruStudio *self,
                                ThruDevice *from,
                                ThruDevice *to)
{
  ThruRoom *from_room;
  ThruRoom *to_room;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_DEVICE (from) && THRU_IS_DEVICE (to), NULL);

  if (!thru_device_is_source (from))
    return g_strdup_printf (_("%s can be played, but plays nothing itself."), thru_device_get_name (from));
  if (thru_device_is_source (to))
    return g_strdup_printf (_("%s plays, but can not be played."), thru_device_get_name (to));

  from_room = thru_device_get_room (from);
  to_room = thru_device_get_room (to);
  if (from_room == NULL || to_room == NULL)
    return g_strdup (_("The room is no longer known."));
  if (_thru_room_is_plain (to_room) && !thru_room_is_own (from_room) && !_thru_room_is_plain (from_room))
    return g_strdup_printf (_("%s speaks plain MIDI with this room only; %s can not reach it."),
                            thru_room_get_name (to_room), thru_room_get_name (from_room));
  return NULL;
}

static gboolean
connect_route (ThruStudio *self,
               ThruDevice *from,
               ThruDevice *to,
               gboolean    anyway,
               GError    **error)
{
  g_autofree char *impossible = NULL;
  g_autofree char *loop = NULL;
  ThruRoute *route;

  impossible = thru_studio_explain_impossible (self, from, to);
  if (impossible != NULL)
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_IMPOSSIBLE, impossible);
      return FALSE;
    }

  route = thru_studio_find_route (self, from, to);
  if (route != NULL && thru_route_get_state (route) != THRU_ROUTE_PROBLEM)
    return TRUE;

  loop = anyway ? NULL : thru_loop_finder_explain (self, from, to);
  if (loop != NULL)
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_LOOP, loop);
      return FALSE;
    }

  if (!THRU_STUDIO_GET_CLASS (self)->connect_route (self, from, to, anyway, error))
    return FALSE;

  route = thru_studio_find_route (self, from, to);
  if (route != NULL)
    _thru_studio_emit_patched (self, route, THRU_CHANGE_CONNECTED);
  return TRUE;
}

gboolean
thru_studio_connect_route (ThruStudio *self,
                           ThruDevice *from,
                           ThruDevice *to,
                           GError    **error)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_DEVICE (from) && THRU_IS_DEVICE (to), FALSE);

  return connect_route (self, from, to, FALSE, error);
}

gboolean
thru_studio_connect_route_anyway (ThruStudio *self,
                                  ThruDevice *from,
                                  ThruDevice *to,
                                  GError    **error)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_DEVICE (from) && THRU_IS_DEVICE (to), FALSE);

  return connect_route (self, from, to, TRUE, error);
}

gboolean
thru_studio_disconnect_route (ThruStudio *self,
                              ThruRoute  *route,
                              GError    **error)
{
  g_autoptr(ThruRoute) kept = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROUTE (route), FALSE);

  if (_thru_studio_find_route_by_key (self, _thru_route_get_key (route)) != route)
    return TRUE;

  kept = g_object_ref (route);
  if (!THRU_STUDIO_GET_CLASS (self)->disconnect_route (self, route, error))
    return FALSE;

  _thru_studio_emit_patched (self, route, THRU_CHANGE_DISCONNECTED);
  return TRUE;
}

gboolean
thru_studio_mute_route (ThruStudio *self,
                        ThruRoute  *route,
                        gboolean    muted,
                        GError    **error)
{
  g_autoptr(ThruRoute) kept = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROUTE (route), FALSE);

  if (_thru_studio_find_route_by_key (self, _thru_route_get_key (route)) != route)
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_NO_SUCH_ROUTE, _("The route is not there any more"));
      return FALSE;
    }
  if ((thru_route_get_mute (route) != THRU_MUTE_NONE) == !!muted)
    return TRUE;

  kept = g_object_ref (route);
  if (!THRU_STUDIO_GET_CLASS (self)->mute_route (self, route, !!muted, error))
    return FALSE;

  _thru_studio_emit_patched (self, route, muted ? THRU_CHANGE_MUTED : THRU_CHANGE_UNMUTED);
  return TRUE;
}

gboolean
thru_studio_add_room (ThruStudio *self,
                      const char *address,
                      GError    **error)
{
  g_autofree char *clean = NULL;
  g_autoptr(GSocketConnectable) parsed = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && address != NULL, FALSE);

  clean = _thru_strings_clean (address, 255);
  if (clean[0] != '\0' && strpbrk (clean, " /\t") == NULL)
    parsed = g_network_address_parse (clean, 1199, NULL);
  if (parsed == NULL || g_network_address_get_port (G_NETWORK_ADDRESS (parsed)) == 0)
    {
      g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_INVALID,
                   _("“%s” is not an address of a computer."), clean);
      return FALSE;
    }

  return THRU_STUDIO_GET_CLASS (self)->add_room (self, clean, error);
}

gboolean
thru_studio_remove_room (ThruStudio *self,
                         ThruRoom   *room,
                         GError    **error)
{
  g_autoptr(ThruRoom) kept = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROOM (room), FALSE);

  if (thru_room_is_own (room))
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_IMPOSSIBLE, _("This room can not be removed"));
      return FALSE;
    }

  kept = g_object_ref (room);
  if (!THRU_STUDIO_GET_CLASS (self)->remove_room (self, room, error))
    return FALSE;

  g_signal_emit_by_name (self, "room-removed", room);
  return TRUE;
}

gboolean
thru_studio_can_remove_room (ThruStudio *self,
                             ThruRoom   *room)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_ROOM (room), FALSE);

  return !thru_room_is_own (room) && (thru_room_is_manual (room) || thru_room_get_state (room) != THRU_ROOM_CONNECTED);
}

gboolean
thru_studio_restore_room (ThruStudio *self,
                          const char *room_id,
                          GError    **error)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self) && room_id != NULL, FALSE);

  if (THRU_STUDIO_GET_CLASS (self)->restore_room != NULL)
    return THRU_STUDIO_GET_CLASS (self)->restore_room (self, room_id, error);

  g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_IMPOSSIBLE, _("The room can not be brought back"));
  return FALSE;
}

gboolean
thru_studio_set_room_name (ThruStudio *self,
                           const char *name,
                           GError    **error)
{
  g_autofree char *clean = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && name != NULL, FALSE);

  clean = _thru_strings_clean (name, NAME_MAX_OCTETS);
  if (clean[0] == '\0')
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_INVALID, _("A room needs a name"));
      return FALSE;
    }

  return THRU_STUDIO_GET_CLASS (self)->set_room_name (self, clean, error);
}

gboolean
thru_studio_set_late_limit (ThruStudio *self,
                            guint       ms,
                            GError    **error)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), FALSE);

  if (!thru_late_limit_is_valid (ms))
    {
      g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_INVALID,
                   _("The limit for late notes is %d to %d milliseconds"), THRU_LATE_LIMIT_MIN, THRU_LATE_LIMIT_MAX);
      return FALSE;
    }

  if (THRU_STUDIO_GET_CLASS (self)->set_late_limit != NULL)
    THRU_STUDIO_GET_CLASS (self)->set_late_limit (self, ms);
  _thru_studio_set_late_limit (self, ms);
  return TRUE;
}

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_IMPOSSIBLE, _("That is not to be answered any more"));
  return FALSE;
}

gboolean
thru_studio_answer (ThruStudio   *self,
                    ThruQuestion *question,
                    guint         answer,
                    GError      **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_QUESTION (question), FALSE);

  if (THRU_STUDIO_GET_CLASS (self)->answer == NULL || answer >= g_strv_length ((char **) thru_question_get_answers (question)))
    return refuse (error);
  if (!THRU_STUDIO_GET_CLASS (self)->answer (self, question, answer, &text, error))
    return FALSE;

  _thru_studio_emit_answered (self, text);
  return TRUE;
}

gboolean
thru_studio_use_device (ThruStudio *self,
                        ThruDevice *old,
                        ThruDevice *device,
                        GError    **error)
{
  g_autofree char *text = NULL;
  ThruRoom *own_room;

  g_return_val_if_fail (THRU_IS_STUDIO (self) && THRU_IS_DEVICE (old) && THRU_IS_DEVICE (device), FALSE);

  own_room = thru_studio_get_own_room (self);
  if (thru_device_get_room (old) != own_room || thru_device_get_room (device) != own_room
      || thru_device_is_source (old) != thru_device_is_source (device))
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_INVALID,
                           _("Both have to be MIDI inputs of this room, or both MIDI outputs"));
      return FALSE;
    }
  if (THRU_STUDIO_GET_CLASS (self)->use_device == NULL)
    return refuse (error);
  if (!THRU_STUDIO_GET_CLASS (self)->use_device (self, old, device, &text, error))
    return FALSE;

  _thru_studio_emit_answered (self, text);
  return TRUE;
}

gboolean
thru_studio_take_back_answer (ThruStudio *self,
                              GError    **error)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self), FALSE);

  if (THRU_STUDIO_GET_CLASS (self)->take_back_answer == NULL)
    return refuse (error);
  return THRU_STUDIO_GET_CLASS (self)->take_back_answer (self, error);
}

void
thru_studio_renew_identity (ThruStudio *self)
{
  g_return_if_fail (THRU_IS_STUDIO (self));

  if (THRU_STUDIO_GET_CLASS (self)->renew_identity != NULL)
    THRU_STUDIO_GET_CLASS (self)->renew_identity (self);
}

void
thru_studio_panic (ThruStudio *self)
{
  g_return_if_fail (THRU_IS_STUDIO (self));

  THRU_STUDIO_GET_CLASS (self)->panic (self);
}

void
thru_studio_set_watched (ThruStudio *self,
                         gboolean    watched)
{
  g_return_if_fail (THRU_IS_STUDIO (self));

  if (THRU_STUDIO_GET_CLASS (self)->set_watched != NULL)
    THRU_STUDIO_GET_CLASS (self)->set_watched (self, watched);
}

void
thru_studio_stop (ThruStudio *self)
{
  g_return_if_fail (THRU_IS_STUDIO (self));

  if (THRU_STUDIO_GET_CLASS (self)->stop != NULL)
    THRU_STUDIO_GET_CLASS (self)->stop (self);
}

gboolean
_thru_studio_is_asking (ThruStudio         *self,
                        const ThruRouteKey *key)
{
  g_return_val_if_fail (THRU_IS_STUDIO (self) && key != NULL, FALSE);

  if (THRU_STUDIO_GET_CLASS (self)->is_asking == NULL)
    return FALSE;
  return THRU_STUDIO_GET_CLASS (self)->is_asking (self, key->from_room, key->from_device, key->to_room, key->to_device);
}
