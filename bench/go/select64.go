package main

// A select over 64 channels, written out: through reflect it would take twice the time.
func select64(l []chan int) (v int) {
	select {
	case v = <-l[0]:
	case v = <-l[1]:
	case v = <-l[2]:
	case v = <-l[3]:
	case v = <-l[4]:
	case v = <-l[5]:
	case v = <-l[6]:
	case v = <-l[7]:
	case v = <-l[8]:
	case v = <-l[9]:
	case v = <-l[10]:
	case v = <-l[11]:
	case v = <-l[12]:
	case v = <-l[13]:
	case v = <-l[14]:
	case v = <-l[15]:
	case v = <-l[16]:
	case v = <-l[17]:
	case v = <-l[18]:
	case v = <-l[19]:
	case v = <-l[20]:
	case v = <-l[21]:
	case v = <-l[22]:
	case v = <-l[23]:
	case v = <-l[24]:
	case v = <-l[25]:
	case v = <-l[26]:
	case v = <-l[27]:
	case v = <-l[28]:
	case v = <-l[29]:
	case v = <-l[30]:
	case v = <-l[31]:
	case v = <-l[32]:
	case v = <-l[33]:
	case v = <-l[34]:
	case v = <-l[35]:
	case v = <-l[36]:
	case v = <-l[37]:
	case v = <-l[38]:
	case v = <-l[39]:
	case v = <-l[40]:
	case v = <-l[41]:
	case v = <-l[42]:
	case v = <-l[43]:
	case v = <-l[44]:
	case v = <-l[45]:
	case v = <-l[46]:
	case v = <-l[47]:
	case v = <-l[48]:
	case v = <-l[49]:
	case v = <-l[50]:
	case v = <-l[51]:
	case v = <-l[52]:
	case v = <-l[53]:
	case v = <-l[54]:
	case v = <-l[55]:
	case v = <-l[56]:
	case v = <-l[57]:
	case v = <-l[58]:
	case v = <-l[59]:
	case v = <-l[60]:
	case v = <-l[61]:
	case v = <-l[62]:
	case v = <-l[63]:
	}
	return
}
