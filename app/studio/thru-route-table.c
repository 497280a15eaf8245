/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-route-table-private.h"

struct _ThruRouteTable
{
  GListStore *routes;
  GHashTable *by_key; /* ThruRouteKey * of the route to ThruRoute */
};

ThruRouteTable *
_thru_route_table_new (void)
{
  ThruRouteTable *self = g_new0 (ThruRouteTable, 1);

  self->routes = g_list_store_new (THRU_TYPE_ROUTE);
  self->by_key = g_hash_table_new (_thru_route_key_hash, _thru_route_key_equal);
  return self;
}

void
_thru_route_table_free (ThruRouteTable *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->by_key);
  g_object_unref (self->routes);
  g_free (self);
}

GListModel *
_thru_route_table_get_model (ThruRouteTable *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return G_LIST_MODEL (self->routes);
}

ThruRoute *
_thru_route_table_find (ThruRouteTable     *self,
                        const ThruRouteKey *key)
{
  g_return_val_if_fail (self != NULL && key != NULL, NULL);

  return g_hash_table_lookup (self->by_key, key);
}

void
_thru_route_table_init_iter (ThruRouteTable *self,
                             GHashTableIter *iter)
{
  g_return_if_fail (self != NULL && iter != NULL);

  g_hash_table_iter_init (iter, self->by_key);
}

static void
index_route (ThruRouteTable *self,
             ThruRoute      *route)
{
  g_hash_table_insert (self->by_key, (gpointer) _thru_route_get_key (route), route);
}

void
_thru_route_table_add (ThruRouteTable *self,
                       ThruRoute      *route)
{
  g_return_if_fail (self != NULL && THRU_IS_ROUTE (route));

  index_route (self, route);
  g_list_store_append (self->routes, route);
}

void
_thru_route_table_remove (ThruRouteTable *self,
                          ThruRoute      *route)
{
  guint position;

  g_return_if_fail (self != NULL && THRU_IS_ROUTE (route));

  if (!g_list_store_find (self->routes, route, &position))
    return;

  g_hash_table_remove (self->by_key, _thru_route_get_key (route));
  g_list_store_remove (self->routes, position);
}

void
_thru_route_table_change (ThruRouteTable *self,
                          GPtrArray      *added,
                          GHashTable     *removed)
{
  guint end;

  g_return_if_fail (self != NULL && added != NULL && removed != NULL);

  end = g_list_model_get_n_items (G_LIST_MODEL (self->routes));
  while (end > 0 && g_hash_table_size (removed) > 0)
    {
      guint start = end;

      for (; start > 0; start--)
        {
          g_autoptr(ThruRoute) route = g_list_model_get_item (G_LIST_MODEL (self->routes), start - 1);

          if (!g_hash_table_contains (removed, route))
            break;
          g_hash_table_remove (self->by_key, _thru_route_get_key (route));
        }
      if (start < end)
        g_list_store_splice (self->routes, start, end - start, NULL, 0);
      end = start > 0 ? start - 1 : 0;
    }

  for (guint i = 0; i < added->len; i++)
    index_route (self, g_ptr_array_index (added, i));
  if (added->len > 0)
    g_list_store_splice (self->routes, g_list_model_get_n_items (G_LIST_MODEL (self->routes)), 0, added->pdata, added->len);
}
