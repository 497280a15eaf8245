/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-requests.h"

#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define ANSWER_SECONDS 5
#define REQUESTS_MAX 256

typedef enum
{
  ASKED,
  AGREED,  /* answered, not in the room's list yet */
  REFUSED, /* shown as a problem until dismissed or asked again */
} RequestState;

typedef struct
{
  ThruRequests   *requests; /* borrowed */
  guint32         number;
  char           *room_id; /* of whom was asked */
  ThruRoute      *route;
  char           *reason;
  guint           timer;
  RequestState    state;
  gboolean        connect;
  ThruSessionMute mute;
  gboolean        known_before; /* the route was there, in this state for this reason */
  ThruRouteState  state_before;
  char           *reason_before;
} Request;

struct _ThruRequests
{
  ThruEngine *engine;     /* borrowed */
  ThruStudio *studio;     /* borrowed */
  GPtrArray  *requests;
  guint32     last_number;
};

static void
request_free (gpointer data)
{
  Request *request = data;

  g_clear_handle_id (&request->timer, g_source_remove);
  g_object_unref (request->route);
  g_free (request->room_id);
  g_free (request->reason);
  g_free (request->reason_before);
  g_free (request);
}

/* Shows what this request is about as it stands; the room's list, which was applied before, knows nothing of it. */
static void
show (Request *request)
{
  ThruStudio *studio = request->requests->studio;
  ThruRoute *route = _thru_studio_find_route_by_key (studio, _thru_route_get_key (request->route));

  if (request->mute != THRU_SESSION_MUTE_KEEP)
    return;
  if (!request->connect)
    {
      if (route != NULL && request->state != REFUSED)
        _thru_studio_remove_route (studio, route);
      return;
    }

  if (route == NULL)
    {
      route = request->route;
      _thru_studio_add_route (studio, route);
    }
  if (request->state == REFUSED)
    _thru_route_set_state (route, THRU_ROUTE_PROBLEM, request->reason);
  else
    _thru_route_set_state (route, THRU_ROUTE_CONNECTING, NULL);
}

static void
refuse (Request    *request,
        const char *reason)
{
  ThruStudio *studio = request->requests->studio;

  g_clear_handle_id (&request->timer, g_source_remove);
  request->state = REFUSED;
  request->reason = g_strdup (reason);
  if (!request->connect)
    {
      if (_thru_studio_find_route_by_key (studio, _thru_route_get_key (request->route)) == NULL)
        _thru_studio_add_route (studio, request->route);
    }
  show (request);
  _thru_studio_tell (studio, "%s", reason);
  if (!request->connect || request->mute != THRU_SESSION_MUTE_KEEP)
    g_ptr_array_remove (request->requests->requests, request);
}

/* It agreed to what was so already, and has no news of it. */
static void
settle (Request *request)
{
  ThruRoute *route = _thru_studio_find_route_by_key (request->requests->studio, _thru_route_get_key (request->route));

  if (route != NULL)
    _thru_route_set_state (route, request->state_before, request->reason_before);
  g_ptr_array_remove (request->requests->requests, request);
}

static gboolean
late_cb (gpointer user_data)
{
  Request *request = user_data;
  g_autofree char *reason = NULL;

  request->timer = 0;
  if (request->state == AGREED && request->mute != THRU_SESSION_MUTE_KEEP)
    {
      reason = g_strdup_printf (_("%s leaves the route as it is."), thru_route_get_from_room_name (request->route));
      refuse (request, reason);
      return G_SOURCE_REMOVE;
    }
  if (request->state == AGREED && request->known_before)
    {
      settle (request);
      return G_SOURCE_REMOVE;
    }

  reason = g_strdup_printf (_("%s did not answer."), thru_route_get_from_room_name (request->route));
  refuse (request, reason);
  return G_SOURCE_REMOVE;
}

static void
drop_same (ThruRequests       *self,
           const ThruRouteKey *key)
{
  for (guint i = self->requests->len; i > 0; i--)
    {
      Request *request = g_ptr_array_index (self->requests, i - 1);

      if (_thru_route_key_equal (_thru_route_get_key (request->route), key))
        g_ptr_array_remove_index (self->requests, i - 1);
    }
}

static void
ask (ThruRequests   *self,
     ThruPeer       *peer,
     ThruRoute      *route,
     gboolean        connect,
     ThruSessionMute mute,
     gboolean        anyway)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_REQUEST);
  Request *request = g_new0 (Request, 1);

  drop_same (self, _thru_route_get_key (route));
  if (self->requests->len >= REQUESTS_MAX)
    g_ptr_array_remove_index (self->requests, 0);

  request->requests = self;
  request->number = ++self->last_number;
  request->room_id = g_strdup (thru_room_get_id (peer->room));
  request->route = g_object_ref (route);
  request->connect = connect;
  request->mute = mute;
  request->known_before = _thru_studio_find_route_by_key (self->studio, _thru_route_get_key (route)) != NULL;
  request->state_before = thru_route_get_state (route);
  request->reason_before = g_strdup (thru_route_get_reason (route));
  request->timer = g_timeout_add_seconds (ANSWER_SECONDS, late_cb, request);
  g_ptr_array_add (self->requests, request);

  message->request = request->number;
  message->connect = connect;
  message->mute = mute;
  message->anyway = anyway;
  message->route->from_device = g_strdup (thru_route_get_from_device (route));
  message->route->to_room = g_strdup (thru_route_get_to_room (route));
  message->route->to_device = g_strdup (thru_route_get_to_device (route));
  message->route->to_room_name = thru_session_clean_text (thru_route_get_to_room_name (route), -1, THRU_SESSION_NAME_MAX);
  message->route->to_device_name = thru_session_clean_text (thru_route_get_to_name (route), -1, THRU_SESSION_NAME_MAX);
  show (request);
  thru_engine_send (self->engine, peer->link, message);
}

/* Returns: (transfer none) (nullable): what the other room last said of that route. */
static const ThruSessionRoute *
find_listed (ThruPeer           *peer,
             const ThruRouteKey *key)
{
  for (guint i = 0; peer->routes != NULL && i < peer->routes->len; i++)
    {
      const ThruSessionRoute *told = g_ptr_array_index (peer->routes, i);
      ThruRouteKey listed = { key->from_room, told->from_device, told->to_room, told->to_device };

      if (_thru_route_key_equal (&listed, key))
        return told;
    }
  return NULL;
}

/* A route that is to be made must be there, one that is to be muted must be silent. */
static gboolean
is_listed_as_asked (ThruPeer      *peer,
                    const Request *request)
{
  const ThruSessionRoute *told = find_listed (peer, _thru_route_get_key (request->route));
  gboolean muted = told != NULL && _thru_route_state_from_string (told->state) == THRU_ROUTE_MUTED;

  if (request->mute == THRU_SESSION_MUTE_KEEP)
    return told != NULL;
  return told == NULL || muted == (request->mute == THRU_SESSION_MUTE_ON);
}

ThruRequests *
thru_requests_new (ThruEngine *engine,
                   ThruStudio *studio)
{
  ThruRequests *self;

  g_return_val_if_fail (THRU_IS_ENGINE (engine) && THRU_IS_STUDIO (studio), NULL);

  self = g_new0 (ThruRequests, 1);
  self->engine = engine;
  self->studio = studio;
  self->requests = g_ptr_array_new_with_free_func (request_free);
  return self;
}

void
thru_requests_free (ThruRequests *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->requests);
  g_free (self);
}

void
thru_requests_connect (ThruRequests *self,
                       ThruPeer     *peer,
                       ThruDevice   *from,
                       ThruDevice   *to,
                       gboolean      anyway)
{
  ThruRouteKey key;
  g_autoptr(ThruRoute) route = NULL;
  ThruRoute *there;

  g_return_if_fail (self != NULL && peer != NULL && THRU_IS_DEVICE (from) && THRU_IS_DEVICE (to));

  key.from_room = thru_room_get_id (peer->room);
  key.from_device = thru_device_get_id (from);
  key.to_room = thru_room_get_id (thru_device_get_room (to));
  key.to_device = thru_device_get_id (to);
  there = _thru_studio_find_route_by_key (self->studio, &key);
  route = there != NULL ? g_object_ref (there) : _thru_route_new (&key);
  ask (self, peer, route, TRUE, THRU_SESSION_MUTE_KEEP, anyway);
}

void
thru_requests_disconnect (ThruRequests *self,
                          ThruPeer     *peer,
                          ThruRoute    *route)
{
  g_return_if_fail (self != NULL && peer != NULL && THRU_IS_ROUTE (route));

  ask (self, peer, route, FALSE, THRU_SESSION_MUTE_KEEP, FALSE);
}

void
thru_requests_mute (ThruRequests *self,
                    ThruPeer     *peer,
                    ThruRoute    *route,
                    gboolean      muted)
{
  g_return_if_fail (self != NULL && peer != NULL && THRU_IS_ROUTE (route));

  ask (self, peer, route, TRUE, muted ? THRU_SESSION_MUTE_ON : THRU_SESSION_MUTE_OFF, FALSE);
}

void
thru_requests_take_answer (ThruRequests             *self,
                           ThruPeer                 *peer,
                           const ThruSessionMessage *message)
{
  g_return_if_fail (self != NULL && peer != NULL && message != NULL);

  for (guint i = 0; i < self->requests->len; i++)
    {
      Request *request = g_ptr_array_index (self->requests, i);
      g_autofree char *reason = NULL;

      if (request->number != message->request || request->state != ASKED ||
          !g_str_equal (request->room_id, thru_room_get_id (peer->room)))
        continue;

      if (!message->ok)
        {
          reason = g_strdup_printf (_("%s says: %s"), thru_room_get_name (peer->room),
                                    message->reason != NULL ? message->reason : _("no"));
          refuse (request, reason);
        }
      else if (request->connect && (request->mute == THRU_SESSION_MUTE_KEEP || !is_listed_as_asked (peer, request)))
        {
          request->state = AGREED;
        }
      else
        {
          g_ptr_array_remove_index (self->requests, i);
        }
      return;
    }
}

void
thru_requests_reapply (ThruRequests *self,
                       ThruPeer     *peer)
{
  g_return_if_fail (self != NULL && peer != NULL);

  for (guint i = self->requests->len; i > 0; i--)
    {
      Request *request = g_ptr_array_index (self->requests, i - 1);

      if (!g_str_equal (request->room_id, thru_room_get_id (peer->room)))
        continue;
      if (request->connect && is_listed_as_asked (peer, request))
        g_ptr_array_remove_index (self->requests, i - 1);
      else
        show (request);
    }
}

gboolean
thru_requests_is_asking (ThruRequests       *self,
                         const ThruRouteKey *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, FALSE);

  for (guint i = 0; i < self->requests->len; i++)
    {
      Request *request = g_ptr_array_index (self->requests, i);

      if (request->state != REFUSED && _thru_route_key_equal (_thru_route_get_key (request->route), key))
        return TRUE;
    }
  return FALSE;
}

void
thru_requests_drop (ThruRequests *self,
                    ThruPeer     *peer)
{
  g_return_if_fail (self != NULL && peer != NULL);

  for (guint i = self->requests->len; i > 0; i--)
    {
      Request *request = g_ptr_array_index (self->requests, i - 1);
      ThruRoute *route;

      if (!g_str_equal (request->room_id, thru_room_get_id (peer->room)))
        continue;
      route = _thru_studio_find_route_by_key (self->studio, _thru_route_get_key (request->route));
      if (request->connect && route != NULL && find_listed (peer, _thru_route_get_key (route)) == NULL)
        _thru_studio_remove_route (self->studio, route);
      g_ptr_array_remove_index (self->requests, i - 1);
    }
}
