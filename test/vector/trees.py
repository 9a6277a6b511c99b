# SPDX-License-Identifier: GPL-3.0-or-later
"""Expectations of test/unit/trees_test.c, from scikit-learn 1.2.1 (Debian 12: python3-sklearn)."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier as HC, HistGradientBoostingRegressor as HR
n=240
i=np.arange(n)
a=2*((i*i*31+i*17)%211); b=2*((i*i*7+i*113)%199)
x=np.c_[a,b].astype(float)
y2=((a*3+b*2+(i*37%101)*2>700)).astype(int)
y3=np.where(a>220+(i*29%60),2,np.where(b>190+(i*53%80),1,0))
yr=a*5-b*3+(i*71%83)
kw=dict(max_iter=100,max_leaf_nodes=31,learning_rate=.1,min_samples_leaf=20,early_stopping=False,random_state=0)
rows=[0,1,2,3,50,77,120,200,239]
m=HC(l2_regularization=1,**kw).fit(x,y2); print(y2.mean(), m.predict_proba(x)[rows,1].tolist())
m=HC(l2_regularization=1,**kw).fit(x,y3); print(np.bincount(y3), m.predict_proba(x)[rows].tolist())
m=HR(**kw).fit(x,yr); print(m.predict(x)[rows].tolist())
xm=x.copy(); xm[i%5==0,0]=np.nan
m=HC(l2_regularization=1,**kw).fit(xm,y2); print(m.predict_proba(xm)[rows,1].tolist())
w=np.where(y2==1,3.0,1.0); w=w*n/w.sum()
m=HC(l2_regularization=1,**kw).fit(x,y2,sample_weight=w); print(m.predict_proba(x)[rows,1].tolist())
