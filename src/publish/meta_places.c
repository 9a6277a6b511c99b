/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data/places.geojson: a point for each public row of a table with latitude and longitude, as exact
 * as the public view lets it be. SOURCE: RFC 7946: WGS84, longitude first, no "crs". */
#include <string.h>

#include "base/num.h"
#include "publish/meta.h"

struct placing {
    const struct public_view *view;
    const struct str *name; /* (n) */
    size_t n;
    size_t latitude;
    size_t longitude;
    json_t *features;
    json_int_t without; /* rows whose place cannot be drawn */
};

/* Degrees, with a point or a comma. */
static bool degrees(struct str cell, double limit, double *ret)
{
    struct decimal value;
    if (num_decimal(cell, '.', &value) != NUM_OK && num_decimal(cell, ',', &value) != NUM_OK)
        return false;
    *ret = num_double(value);
    return *ret >= -limit && *ret <= limit;
}

static bool add_feature(void *context, const struct public_row *row, struct err *err)
{
    struct placing *p = context;
    double lat;
    double lon;
    (void)err;
    if (!degrees(row->cell[p->latitude], 90, &lat) ||
        !degrees(row->cell[p->longitude], 180, &lon)) {
        p->without++;
        return true;
    }
    json_t *properties =
        json_pack("{s:s#}", "table", p->view->request.table.at, p->view->request.table.n);
    json_t *cells = json_object();
    for (size_t c = 0; c < row->n; c++) {
        CLEANUP(buf_release) struct buf name = BUF_INIT;
        buf_str(&name, p->name[c]);
        json_object_set_new(cells, name.at, json_stringn(row->cell[c].at, row->cell[c].n));
    }
    json_object_set_new(properties, "row", cells);
    json_array_append_new(p->features,
                          json_pack("{s:s,s:s,s:{s:s,s:[f,f]},s:o}", "type", "Feature", "id",
                                    hash_hex(&row->item).at, "geometry", "type", "Point",
                                    "coordinates", lon, lat, "properties", properties));
    return true;
}

bool meta_places(const struct meta *m, struct err *err)
{
    CLEANUP(json_release) json_t *features = json_array();
    json_int_t without = 0;
    for (size_t t = 0; t < m->plan->view_n; t++) {
        struct placing p = {.view = &m->plan->view[t].view, .features = features};
        p.name = public_view_names(p.view, &p.n);
        if (!meta_place_columns(p.view, &p.latitude, &p.longitude))
            continue;
        if (!public_view_rows(p.view, add_feature, &p, err))
            return false;
        without += p.without;
    }
    return json_array_size(features) == 0 ||
           meta_put_json(m, "data/places.geojson",
                         json_pack("{s:s,s:I,s:O}", "type", "FeatureCollection",
                                   "rows_without_place", without, "features", features),
                         err);
}
